"""Proofs for those who do not trust the database: made from the stored tree, checked before use."""

from __future__ import annotations

from uuid import UUID

import psycopg

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit.checkpoints import (
    Checkpoint,
    checkpoint_of_size,
    covering_checkpoint,
    expected_checkpoint,
)
from makegood.trust.audit.connections import driver_connection
from makegood.trust.audit.proof import ConsistencyProof, InclusionProof
from makegood.trust.audit.reading import find_entry
from makegood.trust.audit.storage import Hole, stored_subtree
from makegood.trust.audit.tree import (
    consistency_holds,
    consistency_proof,
    inclusion_holds,
    inclusion_proof,
)

_COSIGNATURES = """
SELECT signature_line FROM audit_cosignature WHERE number = %s ORDER BY received_at, verifier_key
"""


def prove(entry_id: UUID) -> InclusionProof:
    """That an entry stands in the log.

    Under the newest checkpoint that a witness cosigned, else the first that covers the entry.
    Raises MakegoodError MG750 where there is no such entry, MG751 where no checkpoint covers it
    yet, MG743 where the log was changed so that no proof holds.
    """
    placed = find_entry(entry_id)
    checkpoint = None
    if placed.leaf_index is not None:
        checkpoint = _newest_cosigned(placed.leaf_index) or covering_checkpoint(placed.leaf_index)
    if placed.leaf_index is None or checkpoint is None:
        raise MakegoodError(
            Finding(
                "MG751",
                f"no checkpoint covers entry {entry_id} yet",
                "run 'makegood audit checkpoint', then ask again",
            )
        )
    index, size = placed.leaf_index, checkpoint.size
    try:
        hashes = inclusion_proof(index, size, stored_subtree(driver_connection()))
    except Hole:
        hashes = []
    if not inclusion_holds(placed.entry.leaf_hash(), index, size, hashes, checkpoint.root):
        raise _changed(checkpoint)
    return InclusionProof(placed.entry.payload, index, tuple(hashes), cosigned_note(checkpoint))


def prove_consistency(old_size: int, size: int) -> ConsistencyProof:
    """That the log of one size is the beginning of that of a larger one.

    Raises MakegoodError MG752 where no checkpoint was signed over one of the sizes, or they come
    in the wrong order; MG743 where the log was changed so that no proof holds.
    """
    old, new = _of_size(old_size), _of_size(size)
    if old_size > size:
        hint = "name the smaller size first"
        raise MakegoodError(Finding("MG752", f"{old_size} is more than {size}", hint))
    hashes = consistency_hashes(old, new)
    return ConsistencyProof(old_size, size, tuple(hashes), cosigned_note(old), cosigned_note(new))


def consistency_hashes(old: Checkpoint, new: Checkpoint) -> list[bytes]:
    """The hashes of a consistency proof. Raises MakegoodError MG743 where none holds."""
    try:
        hashes = consistency_proof(old.size, new.size, stored_subtree(driver_connection()))
    except Hole:
        hashes = []
    if not consistency_holds(old.size, new.size, hashes, old.root, new.root):
        raise _changed(new)
    return hashes


def cosigned_note(checkpoint: Checkpoint) -> str:
    """A checkpoint's note with the lines of all witnesses that cosigned it."""
    with psycopg.Cursor(driver_connection()) as cursor:
        rows = cursor.execute(_COSIGNATURES, (checkpoint.number,)).fetchall()
    return checkpoint.note + "".join(row[0] for row in rows)


def _newest_cosigned(leaf_index: int) -> Checkpoint | None:
    query = """
    SELECT k.number, k.size, k.root, k.note, k.signed_at FROM audit_checkpoint k
    WHERE k.size > %s AND EXISTS (SELECT 1 FROM audit_cosignature c WHERE c.number = k.number)
    ORDER BY k.number DESC LIMIT 1
    """
    with psycopg.Cursor(driver_connection()) as cursor:
        row = cursor.execute(query, (leaf_index,), binary=True).fetchone()
    return Checkpoint(*row) if row else None


def _of_size(size: int) -> Checkpoint:
    found = checkpoint_of_size(size)
    if found is None:
        newest = expected_checkpoint().size
        hint = f"'makegood audit log --kind log.checkpoint_signed' lists them; the newest: {newest}"
        raise MakegoodError(Finding("MG752", f"no checkpoint was signed over {size} entries", hint))
    return found


def _changed(checkpoint: Checkpoint) -> MakegoodError:
    return MakegoodError(
        Finding(
            "MG743",
            f"the log is not the one of its checkpoint {checkpoint.number}; no proof holds",
            "run 'makegood audit verify', which says what was changed",
        )
    )
