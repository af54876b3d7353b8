"""A document is kept, named by what it is used for, and discarded where nothing used it.

Somebody chooses a file, and goes away before they apply: what nothing uses is gone after some days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from makegood.kernel import is_pseudonym
from makegood.trust import clock
from makegood.trust.audit import Record, append
from makegood.trust.vault.checking import REASONS
from makegood.trust.vault.database import writing
from makegood.trust.vault.documents.examining import ExaminedDocument, examine_document
from makegood.trust.vault.documents.problems import unknown_document
from makegood.trust.vault.documents.references import (
    DocumentReference,
    is_document_reference,
    new_reference,
)
from makegood.trust.vault.documents.sealing import new_key, place_of, seal_content, written
from makegood.trust.vault.key_generations import held_for_writing
from makegood.trust.vault.problems import deleted_customer, wrong_field

if TYPE_CHECKING:
    from makegood.configuration import Settings

UNUSED_DAYS = 2
"""How long a document is kept that nothing uses."""
UNUSED_MAX = 20
"""How many of one customer's are kept that nothing uses: nobody fills the disk by sending files."""

_KEEP = """
INSERT INTO vault_document
    (reference, customer_id, kind, size_bytes, kept_at, used_for, generation, sealed_key, sealed)
VALUES (%s, %s, %s, %s, %s, '', %s, %s, %s)
"""
_WAS_DELETED = "SELECT 1 FROM vault_deletion WHERE customer_id = %s"
# What is used for one thing stays its: a second use of the same document changes nothing.
_USE = """
UPDATE vault_document SET used_for = CASE used_for WHEN '' THEN %s ELSE used_for END
WHERE reference = ANY(%s) AND customer_id = %s
"""
_DISCARD_OLDER = """
DELETE FROM vault_document WHERE reference IN (
    SELECT reference FROM vault_document
    WHERE customer_id = %s AND used_for = '' AND reference <> %s
    ORDER BY kept_at DESC, reference OFFSET %s)
RETURNING reference
"""
_DISCARD = """
DELETE FROM vault_document WHERE reference IN (
    SELECT reference FROM vault_document WHERE used_for = '' AND kept_at < %s
    ORDER BY kept_at LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING reference, customer_id
"""


def keep_document(
    customer_id: str,
    name: str,
    content_type: str,
    content: bytes,
    *,
    actor: str,
    settings: Settings | None = None,
) -> DocumentReference:
    """Examine a document and keep it sealed; its number.

    ``name`` and ``content_type`` are what the sender says: the name is kept masked, the type is
    found from the content. In no transaction of the caller's, for a scanner may be asked; where
    there must be one, ``examine_document`` comes before it and ``keep_examined`` inside. Raises
    as both do.
    """
    del content_type
    examined = examine_document(name, content, settings=settings)
    return keep_examined(customer_id, examined, actor=actor)


def keep_examined(customer_id: str, document: ExaminedDocument, *, actor: str) -> DocumentReference:
    """Keep an examined document; its number. In the caller's transaction, if there is one.

    Of a customer's documents that nothing uses the newest UNUSED_MAX stay.
    Raises MakegoodError MG728 where the customer was deleted, MG729 for what is no pseudonym, MG685
    where the vault's keys are older than sealed documents.
    """
    if not is_pseudonym(customer_id):
        raise wrong_field("customer_id", REASONS["customer_id"])
    reference, key, kind = new_reference(), new_key(), document.kind.value
    place = place_of(customer_id, reference, kind)
    sealed = seal_content(key, place, document.content)
    with writing() as cursor:
        held = held_for_writing(cursor, actor)
        if cursor.execute(_WAS_DELETED, [customer_id]).fetchone():
            raise deleted_customer(customer_id)
        sealed_key = held.seal_document_key(place, written(key, document.name))
        size = len(document.content)
        cursor.execute(
            _KEEP,
            [reference, customer_id, kind, size, clock.now(), held.generation, sealed_key, sealed],
        )
        append(_record("document.kept", actor, customer_id, reference, form=kind, size_bytes=size))
        gone = cursor.execute(_DISCARD_OLDER, [customer_id, reference, UNUSED_MAX - 1]).fetchall()
        for (older,) in gone:
            append(_record("document.discarded", actor, customer_id, older))
    return reference


def use_documents(customer_id: str, references: Sequence[str], used_for: str) -> None:
    """Say what a customer's documents are used for, so that they stay: in the act's transaction.

    A reference that is none of the vault's is of a document that is filed elsewhere, and is passed
    over. Raises MakegoodError MG682 where one is of no document, or of another customer's.
    """
    wanted = sorted({each for each in references if is_document_reference(each)})
    if not wanted:
        return
    with writing() as cursor:
        if cursor.execute(_USE, [used_for, wanted, customer_id]).rowcount != len(wanted):
            raise unknown_document()


def discard_unused_documents(*, actor: str, limit: int = 1_000) -> int:
    """Delete what nothing used for UNUSED_DAYS, at most ``limit``; how many."""
    before = clock.now() - timedelta(days=UNUSED_DAYS)
    with writing() as cursor:
        gone = cursor.execute(_DISCARD, [before, limit]).fetchall()
        for reference, customer_id in gone:
            append(_record("document.discarded", actor, customer_id, reference))
    return len(gone)


def _record(entry: str, actor: str, customer_id: str, reference: str, **more: str | int) -> Record:
    return Record(
        entry,
        actor,
        f"document:{reference}",
        person=customer_id,
        details={"document": reference, **more},
    )
