"""Why the other side did not take something, for who works with its codes."""

from __future__ import annotations

from django.utils.translation import gettext as _


def returned_words(code: str) -> str:
    """What a code of ISO 20022 means, and the code; another one as it is.

    The codes are those that ``makegood.dues`` tells customers and agents in sentences.
    """
    words = {
        "AC01": _("wrong account number"),
        "AC03": _("wrong account number"),
        "AC04": _("closed account"),
        "AC06": _("blocked account"),
        "AC07": _("closed account"),
        "AC13": _("this kind of account takes no payments"),
        "AC14": _("this kind of account takes no payments"),
        "AG01": _("this kind of account takes no payments"),
        "BE01": _("another account holder than was named"),
        "BE04": _("something is missing of the account holder"),
        "BE05": _("another account holder than was named"),
        "MD07": _("the account holder is no longer there"),
        "MS03": _("no reason was given"),
        "RC01": _("unknown bank"),
        "done_before": _("an earlier run brought it"),
    }.get(code)
    return f"{words} ({code})" if words else code
