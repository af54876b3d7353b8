"""What can be wrong with what is asked about dues."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError


def not_reckoned(programme: str) -> MakegoodError:
    """MG650: nothing of a programme depends on the day on which a line ends."""
    message = f"nothing of '{programme}' depends on the day on which a line ends"
    hint = "a refund whose amount depends on the fact under 'by_day' can be reckoned for any day"
    return MakegoodError(Finding("MG650", message, hint))
