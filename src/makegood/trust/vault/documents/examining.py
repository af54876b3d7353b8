"""A document is looked at before it is kept: size, kind, and what a scanner says. Not parsed.

Asking a scanner is a call to the outside: this is done in no transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unicodedata import normalize

from makegood.configuration import Settings
from makegood.trust.vault.documents.kinds import DocumentKind, kind_of
from makegood.trust.vault.documents.problems import infected, wrong_kind, wrong_size
from makegood.trust.vault.documents.scanning import scanner_of

if TYPE_CHECKING:
    from makegood.trust.vault.documents.scanning import Scanner

HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class ExaminedDocument:
    """A document that may be kept. ``name`` is masked; neither it nor the content shows itself."""

    kind: DocumentKind
    name: str = field(repr=False)
    content: bytes = field(repr=False)


def examine_document(
    name: str,
    content: bytes,
    *,
    settings: Settings | None = None,
    scanner: Scanner | None = None,
) -> ExaminedDocument:
    """The document, where it may be kept.

    ``name`` is what the sender calls the file. Raises MakegoodError MG680 for another kind, MG681
    where it is empty or larger than the setting ``document_bytes_max``, MG683 where the scanner
    finds it harmful, MG684 where the scanner of the settings does not answer.
    """
    settings = settings or Settings.load()
    if not 0 < len(content) <= settings.document_bytes_max:
        raise wrong_size(len(content), settings.document_bytes_max)
    kind = kind_of(content)
    if kind is None:
        raise wrong_kind()
    scanner = scanner or scanner_of(settings)
    if scanner is not None and not scanner.is_clean(content):
        raise infected()
    return ExaminedDocument(kind, masked_file_name(name, kind), content)


def masked_file_name(name: str, kind: DocumentKind) -> str:
    """The first letter and what kind it is: 김민수_증명서.pdf → 김***.pdf. Never a path."""
    last = normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    letters = [letter for letter in last if letter.isalpha()]
    return f"{letters[0] if letters else ''}{HIDDEN}.{kind.value}"
