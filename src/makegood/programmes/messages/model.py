"""The file of a programme's messages: ``messages.yaml`` beside ``programme.yaml``."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from makegood.programmes.model.base import Moment, Name, Section, Texts


class TemplateKind(StrEnum):
    """What a message is about. Closed: there are no others."""

    NOTICE = "notice"
    REMINDER = "reminder"
    RECEIVED = "received"
    APPROVED = "approved"
    REFUSED = "refused"
    RETURNED = "returned"
    PAID = "paid"
    PASS = "pass"  # noqa: S105 - a pass for streaming
    CODE = "code"


class SentBy(StrEnum):
    """How a message goes out."""

    SMS = "sms"
    MAIL = "mail"


class TemplateSection(Section):
    """One message, in every language of the programme."""

    kind: TemplateKind = Field(
        alias="for",
        description="notice, reminder, received, approved, refused, returned, paid, pass, code.",
    )
    measure: Name | None = Field(default=None, description="For this measure only.")
    at: Moment | None = Field(
        default=None, description="For the notice or reminder of this time only, local time."
    )
    by: list[SentBy] = Field(min_length=1, description="sms, mail.")
    advertising: bool = Field(
        default=False, description="Whether the law takes it for advertising."
    )
    urgent: bool = Field(
        default=False, description="Whether it may go out at night; advertising never may."
    )
    subject: Texts = Field(
        default_factory=dict, description="The subject of a mail, or of a long message."
    )
    text: Texts = Field(description="What it says, with names in braces.")


class MessagesFile(Section):
    """All messages of a programme."""

    makegood: Literal[1] = Field(description="The version of the format; 1.")
    messages: dict[Name, TemplateSection] = Field(min_length=1, description="Messages by name.")
