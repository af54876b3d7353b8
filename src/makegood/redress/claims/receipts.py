"""Receipt numbers: short enough to say on the telephone, and not to be guessed.

Twelve letters, eleven of them drawn (54 bits) and one to check: see ``kernel.readable``.
"""

from __future__ import annotations

from makegood.kernel import new_readable_number, read_readable_number

_GROUPS = 3


def new_receipt_number() -> str:
    """A number such as ``R7K3-9QXM-2HTB``; never one that could be taken for personal data."""
    return new_readable_number(_GROUPS)


def read_receipt_number(text: str) -> str | None:
    """The number as it is kept, however it was typed; None where it cannot be one."""
    return read_readable_number(text, _GROUPS)
