"""Case numbers: eight letters that are easy to say, the last of which checks the others."""

from __future__ import annotations

from makegood.kernel import new_readable_number, read_readable_number

_GROUPS = 2


def new_case_number() -> str:
    """A number such as ``K7RM-29QH``; 35 bits: it names a case and opens none."""
    return new_readable_number(_GROUPS)


def read_case_number(text: str) -> str | None:
    """The number as it is kept, however it was typed; None where it cannot be one."""
    return read_readable_number(text, _GROUPS)
