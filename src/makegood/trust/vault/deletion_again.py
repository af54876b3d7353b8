"""Deletions that a restored store does not know of are carried out again."""

from __future__ import annotations

from collections.abc import Iterable

from makegood.trust import clock
from makegood.trust.audit import Record, append
from makegood.trust.vault.database import reading, writing
from makegood.trust.vault.deletion import ACCOUNTS, DOCUMENTS, NOTE, NOTES
from makegood.trust.vault.key_generations import keep_writers_out

_KNOWN = "SELECT customer_id FROM vault_deletion ORDER BY customer_id"
_PERSON = "DELETE FROM vault_person WHERE customer_id = %s"


def deleted_persons() -> list[str]:
    """The pseudonyms of all who were deleted, in order."""
    with reading() as cursor:
        return [str(row[0]) for row in cursor.execute(_KNOWN).fetchall()]


def delete_again(customer_ids: Iterable[str], *, actor: str) -> int:
    """Delete those whom this vault does not know as deleted, each with its entry; how many.

    Also whom it does not hold: a load after the restore must not bring them back.
    """
    with writing() as cursor:
        keep_writers_out(cursor)
        known = {str(row[0]) for row in cursor.execute(_KNOWN).fetchall()}
        due = sorted(set(customer_ids) - known)
        for customer_id in due:
            removed = {
                "person": cursor.execute(_PERSON, [customer_id]).rowcount,
                "account": cursor.execute(ACCOUNTS, {"id": customer_id}).rowcount,
                "document": cursor.execute(DOCUMENTS, {"id": customer_id}).rowcount,
                "notes": cursor.execute(NOTES, {"id": customer_id}).rowcount,
            }
            entry_id = append(
                Record(
                    "personal_data.deleted",
                    actor,
                    f"customer:{customer_id}",
                    person=customer_id,
                    purpose="operation",
                    details={**removed, "again_after_restore": True},
                )
            )
            cursor.execute(NOTE, [customer_id, clock.now(), entry_id])
    return len(due)
