"""A wait in words, which are the same whether or not there is such an account."""

from __future__ import annotations

from django.utils.translation import gettext as _

_MINUTE_SECONDS = 60


def please_wait(seconds: int) -> str:
    """How long to wait, in the language of the moment."""
    if seconds <= _MINUTE_SECONDS:
        return _("Too many attempts. Try again in %(seconds)s seconds.") % {"seconds": seconds}
    minutes = -(-seconds // _MINUTE_SECONDS)
    return _("Too many attempts. Try again in %(minutes)s minutes.") % {"minutes": minutes}
