"""What the pages call messages, their channels and their languages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from makegood.channels import ChannelName
from makegood.operations.programmes.keys import LANGUAGES
from makegood.programmes import TemplateKind


def channel_words(channel: ChannelName) -> str:
    """A channel of messages, for people."""
    return {ChannelName.SMS: _("Text message"), ChannelName.MAIL: _("Mail")}.get(
        channel, channel.value
    )


def language_words(name: str) -> str:
    """The language of a message, for people; empty for what is sent in each one's own."""
    return str(LANGUAGES.get(name, name))


def kind_words(kind: TemplateKind) -> str:
    """A kind of message, for people."""
    return {
        "notice": _("Notice"),
        "reminder": _("Reminder"),
        "code": _("One-time code"),
        "received": _("Application received"),
        "approved": _("Application approved"),
        "refused": _("Application refused"),
        "returned": _("Payment came back"),
        "paid": _("Paid"),
        "pass": _("Pass given"),
    }.get(kind.value, kind.value)
