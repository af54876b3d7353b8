"""Documents in the clear, and what stands beside them. The gate decides and logs before this."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from makegood.trust.vault.database import reading
from makegood.trust.vault.documents.kinds import DocumentKind
from makegood.trust.vault.documents.problems import unknown_document
from makegood.trust.vault.documents.sealing import open_content, place_of, read
from makegood.trust.vault.key_generations import sealer

_STANDING = """
SELECT reference, customer_id, kind, size_bytes, kept_at, used_for FROM vault_document
"""
# Row and keys come from one statement, so of one instant: a rotation cannot come between.
_OPEN = """
SELECT customer_id, kind, generation, wrapped_keys, sealed_key, sealed
FROM vault_document JOIN vault_generation USING (generation) WHERE reference = %s
"""


@dataclass(frozen=True, slots=True)
class DocumentStanding:
    """What is known of a document without opening it; ``used_for`` is empty or names a claim."""

    reference: str
    customer_id: str
    kind: DocumentKind
    size_bytes: int
    kept_at: datetime
    used_for: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document in the clear; its name is masked."""

    reference: str
    customer_id: str
    kind: DocumentKind
    name: str = field(repr=False)
    content: bytes = field(repr=False)


def document_standing(reference: str) -> DocumentStanding:
    """What is known of a document. Raises MakegoodError MG682 where there is none."""
    with reading() as cursor:
        row = cursor.execute(f"{_STANDING} WHERE reference = %s", [reference]).fetchone()
    if row is None:
        raise unknown_document()
    return DocumentStanding(row[0], row[1], DocumentKind(row[2]), *row[3:])


def documents_of(customer_id: str) -> list[DocumentStanding]:
    """A customer's documents, the newest first."""
    with reading() as cursor:
        query = f"{_STANDING} WHERE customer_id = %s ORDER BY kept_at DESC, reference"
        rows = cursor.execute(query, [customer_id]).fetchall()
    return [DocumentStanding(row[0], row[1], DocumentKind(row[2]), *row[3:]) for row in rows]


def open_document(reference: str) -> Document:
    """A document in the clear.

    Nothing is decided or logged here: the gate does both before it calls this. Raises MakegoodError
    MG682 where there is none, MG726 where it was changed.
    """
    with reading() as cursor:
        row = cursor.execute(_OPEN, [reference], binary=True).fetchone()
    if row is None:
        raise unknown_document()
    customer_id, kind, generation, wrapped, sealed_key, sealed = row
    place = place_of(customer_id, reference, kind)
    key, name = read(sealer(generation, wrapped).open_document_key(place, sealed_key))
    content = open_content(key, place, sealed)
    return Document(reference, customer_id, DocumentKind(kind), name, content)
