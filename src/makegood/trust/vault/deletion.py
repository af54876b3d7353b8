"""A person is deleted: record, accounts, documents, indexes go, and a receipt says when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from makegood.kernel import is_pseudonym
from makegood.trust import clock
from makegood.trust.audit import Record, append
from makegood.trust.vault.database import writing
from makegood.trust.vault.key_generations import keep_writers_out
from makegood.trust.vault.problems import unknown_customer

_BEFORE = "SELECT customer_id, deleted_at, entry_id FROM vault_deletion WHERE customer_id = %s"
# The customer's own account and those of claims: C0001 and C0001#R7K3-9QXM-2HTB, not C00011. By
# code point "$" is next to "#", so that the primary key finds them.
ACCOUNTS = """
DELETE FROM vault_account
WHERE customer_id = %(id)s OR (customer_id > %(id)s || '#' AND customer_id < %(id)s || '$')
"""
NOTES = "DELETE FROM vault_note WHERE customer_id = %(id)s"
DOCUMENTS = "DELETE FROM vault_document WHERE customer_id = %(id)s"
NOTE = "INSERT INTO vault_deletion (customer_id, deleted_at, entry_id) VALUES (%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class DeletionReceipt:
    """What a person can be given: who (as pseudonym), when, and the entry of the log to ask for.

    ``already_done`` where an earlier deletion removed everything; the receipt is then of that one.
    """

    customer_id: str
    deleted_at: datetime
    entry_id: UUID
    already_done: bool

    def as_json(self) -> dict[str, object]:
        """The receipt as plain values."""
        return {
            "customer_id": self.customer_id,
            "deleted_at": self.deleted_at.isoformat(),
            "entry_id": str(self.entry_id),
            "already_done": self.already_done,
        }


def delete_person(
    customer_id: str, *, actor: str, purpose: str = "", case: str = ""
) -> DeletionReceipt:
    """Remove all that the vault holds of a person, for good. A load does not bring them back.

    Raises MakegoodError MG727 where the vault never held anything of them.
    """
    if not is_pseudonym(customer_id):
        raise unknown_customer("such a customer")
    with writing() as cursor:
        # None brings the person back: writers look for deletions after they hold the generation.
        keep_writers_out(cursor)
        before = cursor.execute(_BEFORE, [customer_id]).fetchone()
        if before:
            _, deleted_at, entry_id = before
            return DeletionReceipt(customer_id, deleted_at, entry_id, already_done=True)
        removed = {
            "person": cursor.execute(
                "DELETE FROM vault_person WHERE customer_id = %s", [customer_id]
            ).rowcount,
            "account": cursor.execute(ACCOUNTS, {"id": customer_id}).rowcount,
            "document": cursor.execute(DOCUMENTS, {"id": customer_id}).rowcount,
            "notes": cursor.execute(NOTES, {"id": customer_id}).rowcount,
        }
        if not any(removed.values()):
            raise unknown_customer(customer_id)
        entry_id = append(
            Record(
                "personal_data.deleted",
                actor,
                f"customer:{customer_id}",
                person=customer_id,
                purpose=purpose,
                case=case,
                details=removed,
            )
        )
        deleted_at = clock.now()
        cursor.execute(NOTE, [customer_id, deleted_at, entry_id])
    return DeletionReceipt(customer_id, deleted_at, entry_id, already_done=False)
