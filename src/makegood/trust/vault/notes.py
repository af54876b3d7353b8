"""What somebody wrote about a person, or what a person gave for one purpose: sealed, dropped.

A note belongs to a customer and goes with them; one of nobody known stays until it is dropped. What
it is for is its owner's to keep: the vault gives it a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from makegood.kernel import is_pseudonym
from makegood.trust.vault.database import reading, writing
from makegood.trust.vault.key_generations import held_for_writing, sealer
from makegood.trust.vault.packing import BYTES_MAX
from makegood.trust.vault.problems import deleted_customer, wrong_field

NOTE_BYTES_MAX = BYTES_MAX - 8
"""The longest note, in bytes of UTF-8."""

_WAS_DELETED = "SELECT 1 FROM vault_deletion WHERE customer_id = %s"
_STORE = """
INSERT INTO vault_note (note_id, customer_id, generation, sealed) VALUES (%s, %s, %s, %s)
"""
_OPEN = """
SELECT note_id, customer_id, sealed, generation, wrapped_keys
FROM vault_note JOIN vault_generation USING (generation) WHERE note_id = ANY(%s)
"""
_DROP = "DELETE FROM vault_note WHERE note_id = ANY(%s)"


def seal_note(customer_id: str, text: str, *, actor: str) -> UUID:
    """Seal a note about a customer, or about nobody known (""); its number.

    In the caller's transaction, if there is one. Raises MakegoodError MG729 for a text that is
    empty, too long or holds control characters, or for no pseudonym; MG728 where the customer was
    deleted, MG804 where the vault's keys are older than notes.
    """
    # The mark between fields is a control character; line breaks are the only ones in a note.
    if not text or len(text.encode()) > NOTE_BYTES_MAX or not _is_readable(text):
        raise wrong_field("note", "is empty, too long or holds control characters")
    if customer_id and not is_pseudonym(customer_id):
        raise wrong_field("customer_id", "is no pseudonym")
    note_id = uuid4()
    with writing() as cursor:
        held = held_for_writing(cursor, actor)
        # After the generation is held: a deletion waits, or is seen here.
        if cursor.execute(_WAS_DELETED, [customer_id]).fetchone():
            raise deleted_customer(customer_id)
        sealed = held.seal_note(customer_id, str(note_id), text)
        cursor.execute(_STORE, [note_id, customer_id, held.generation, sealed])
    return note_id


def open_notes(note_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Notes in the clear by their numbers; one that went with its person is missing.

    Nothing is decided or logged here: the caller does both. Raises MakegoodError MG726.
    """
    with reading() as cursor:
        rows = cursor.execute(_OPEN, [list(note_ids)], binary=True).fetchall()
    return {
        note_id: sealer(generation, wrapped).open_note(customer_id, str(note_id), sealed)
        for note_id, customer_id, sealed, generation, wrapped in rows
    }


def drop_notes(note_ids: Sequence[UUID]) -> int:
    """Remove notes for good, in the caller's transaction if there is one; how many there were."""
    with writing() as cursor:
        return cursor.execute(_DROP, [list(note_ids)]).rowcount


def _is_readable(text: str) -> bool:
    return all(letter.isprintable() or letter == "\n" for letter in text)
