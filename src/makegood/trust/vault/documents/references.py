"""The number of a document: drawn by chance, said easily on the telephone, never a path."""

from __future__ import annotations

from typing import NewType

from makegood.kernel import new_readable_number, read_readable_number

DocumentReference = NewType("DocumentReference", str)
"""Such as ``D-R7K3-9QXM-2HTB``: 54 bits by chance, and a letter that checks them."""

_BEGINNING, _GROUPS = "D-", 3


def new_reference() -> DocumentReference:
    """A number that nobody had before; never one that could be taken for personal data."""
    return DocumentReference(_BEGINNING + new_readable_number(_GROUPS))


def is_document_reference(text: str) -> bool:
    """Whether it is in the form of a number of the vault's; others file documents elsewhere."""
    return text.startswith(_BEGINNING) and (
        read_readable_number(text.removeprefix(_BEGINNING), _GROUPS)
        == text.removeprefix(_BEGINNING)
    )
