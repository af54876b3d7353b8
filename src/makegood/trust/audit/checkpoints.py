"""Signed checkpoints of the log: made, and found again."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

import psycopg
from django.db import transaction

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit.appending import append
from makegood.trust.audit.checkpoint import TreeHead
from makegood.trust.audit.connections import driver_connection, in_transaction
from makegood.trust.audit.head_file import HEAD_FILE, HeadFile, RememberedHead, unusable
from makegood.trust.audit.integrating import integrate_all, lock_tree
from makegood.trust.audit.kinds import CHECKPOINT_SIGNED, HOUSEKEEPING
from makegood.trust.audit.note import BadNote, SigningKey, parse_note, verified_by
from makegood.trust.audit.record import Record, instant_text
from makegood.trust.audit.signers import (
    Signer,
    Wrapping,
    keep_signer,
    newest_signer,
    signer_for,
    verifier_keys,
)
from makegood.trust.audit.storage import Hole, stored_subtree, tree_size
from makegood.trust.audit.tree import root_of
from makegood.trust.clock import now

SYSTEM = "system:log"
"""Who acts where nobody at the console does."""

_COLUMNS = "number, size, root, note, signed_at"
_NEWEST = f"SELECT {_COLUMNS} FROM audit_checkpoint ORDER BY number DESC LIMIT 1"
_COVERING = f"""
SELECT {_COLUMNS} FROM audit_checkpoint WHERE size >= %s ORDER BY size, number LIMIT 1
"""
_OF_SIZE = f"""
SELECT {_COLUMNS} FROM audit_checkpoint WHERE size = %s ORDER BY number DESC LIMIT 1
"""
_ADD = """
INSERT INTO audit_checkpoint (number, size, root, note, signed_at) VALUES (%s, %s, %s, %s, %s)
"""
_NEWS = """
SELECT EXISTS (SELECT 1 FROM audit_leaf LEFT JOIN audit_entry USING (entry_id)
               WHERE leaf_index >= %s AND (kind IS NULL OR kind <> ALL(%s)))
"""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement of how large the log is and what its root is. ``note`` is what counts."""

    number: int
    size: int
    root: bytes
    note: str
    signed_at: datetime

    def facts(self) -> dict[str, str | int]:
        """What the entry about it says."""
        return {
            "number": self.number,
            "size": self.size,
            "root": base64.b64encode(self.root).decode(),
            "signed_at": instant_text(self.signed_at),
        }


def sign_checkpoint(
    keys: Wrapping, origin: str, actor: str = SYSTEM, *, head: HeadFile | None = None
) -> Checkpoint:
    """Sign the tree as it stands; where nothing came but word of checkpoints, the newest one.

    The first makes the signing key. ``head`` remembers the checkpoint outside of the database once
    it is committed. Raises MakegoodError MG742 where the log has another name, MG743 where the
    tree does not continue the newest checkpoint or the one that ``head`` remembers: a log never
    signs two histories. Raises MG718 where ``head`` is of no use.
    """
    return _signed(keys, origin, actor, head, place=False)


def publish_checkpoint(
    keys: Wrapping, origin: str, actor: str = SYSTEM, *, head: HeadFile | None = None
) -> Checkpoint:
    """Give every waiting entry its place and sign the tree. Raises as ``sign_checkpoint`` does."""
    integrate_all()
    return _signed(keys, origin, actor, head, place=True)


def _signed(
    keys: Wrapping, origin: str, actor: str, head: HeadFile | None, *, place: bool
) -> Checkpoint:
    while True:
        # Before the transaction: the master key may be a service on the network.
        signer, key, wrapped = signer_for(keys, origin)
        with transaction.atomic():
            lock_tree(in_transaction())
            if signer is None:
                if newest_signer() is not None:
                    continue  # another process was first: its key signs
                # Key and first checkpoint are one transaction: never is there one without the
                # other, unless somebody took it away.
                _expect_nothing_remembered(head)
                made = keep_signer(str(key.verifier), wrapped, actor)
                if place:
                    integrate_all()
                return _signed_by_key(made, key, actor, head, is_first=True)
            return _signed_by_key(signer, key, actor, head, is_first=False)


def _signed_by_key(
    signer: Signer, key: SigningKey, actor: str, outside: HeadFile | None, *, is_first: bool
) -> Checkpoint:
    connection = in_transaction()
    size = tree_size(connection)
    subtree = stored_subtree(connection)
    newest = newest_checkpoint()
    remembered = outside.read() if outside else None
    if newest:
        _expect_continued(newest, size, connection)
    elif not is_first:
        raise _not_continued("the log has a signing key and no checkpoint any more")
    if remembered:
        _expect_remembered(remembered, newest, size, connection)
    if newest and not _has_news(connection, newest.size) and key.verifier in _signed_by(newest):
        _remember(outside, newest)
        return newest
    head = TreeHead(key.name, size, root_of(size, subtree))
    made = Checkpoint(
        number=newest.number + 1 if newest else 1,
        size=size,
        root=head.root,
        note=key.sign(head.text()).render(),
        signed_at=now(),
    )
    with psycopg.Cursor(connection) as cursor:
        cursor.execute(_ADD, (made.number, made.size, made.root, made.note, made.signed_at))
    facts = {**made.facts(), "signer": signer.number}
    append(Record(CHECKPOINT_SIGNED, actor, f"checkpoint:{made.number}", details=facts))
    _remember(outside, made)
    return made


def _remember(outside: HeadFile | None, checkpoint: Checkpoint) -> None:
    """After the commit: what is remembered was signed for good."""
    if outside:
        transaction.on_commit(lambda: outside.keep(checkpoint.note))


def newest_checkpoint() -> Checkpoint | None:
    """The newest checkpoint, or nothing before the first."""
    return _one(_NEWEST)


def expected_checkpoint() -> Checkpoint:
    """The newest checkpoint. Raises MakegoodError MG753 where there is none yet."""
    found = newest_checkpoint()
    if found is None:
        raise MakegoodError(
            Finding("MG753", "the log has no checkpoint yet", "run 'makegood audit checkpoint'")
        )
    return found


def covering_checkpoint(leaf_index: int) -> Checkpoint | None:
    """The smallest checkpoint that covers a leaf, or nothing where none does yet."""
    return _one(_COVERING, leaf_index + 1)


def checkpoint_of_size(size: int) -> Checkpoint | None:
    """The newest checkpoint over that many entries, or nothing."""
    return _one(_OF_SIZE, size)


def _one(query: str, *values: int) -> Checkpoint | None:
    with psycopg.Cursor(driver_connection()) as cursor:
        row = cursor.execute(query, values, binary=True).fetchone()
    return Checkpoint(*row) if row else None


def _has_news(connection: psycopg.Connection, size: int) -> bool:
    with psycopg.Cursor(connection) as cursor:
        row = cursor.execute(_NEWS, (size, list(HOUSEKEEPING))).fetchone()
    return bool(row and row[0])


def _signed_by(checkpoint: Checkpoint) -> tuple[object, ...]:
    return verified_by(parse_note(checkpoint.note), verifier_keys())


def _expect_continued(newest: Checkpoint, size: int, connection: psycopg.Connection) -> None:
    """Nothing is signed over a history that is not the one signed before."""
    try:
        _signed_by(newest)
        head = TreeHead.parse(parse_note(newest.note).text)
        continued = _holds(head, size, connection)
    except BadNote:
        continued = False
    if not continued:
        raise _not_continued(f"the log does not continue its checkpoint {newest.number}")


def _expect_nothing_remembered(outside: HeadFile | None) -> None:
    """A log that begins has no past. Raises MakegoodError MG743, MG718."""
    remembered = outside.read() if outside else None
    if remembered:
        raise _not_continued(
            f"secrets/{HEAD_FILE} remembers {remembered.head.size:,} entries of "
            f"'{remembered.head.origin}', and the log has no signing key"
        )


def _expect_remembered(
    remembered: RememberedHead, newest: Checkpoint | None, size: int, connection: psycopg.Connection
) -> None:
    """What the file outside of the database says still holds. Raises MakegoodError MG718, MG743."""
    try:
        verified_by(remembered.note, verifier_keys())
    except BadNote as reason:
        what = f"it is of another log, '{remembered.head.origin}', or the signing keys are: "
        raise unusable(f"{what}{reason}") from None
    covered = newest.size if newest else 0
    if covered < remembered.head.size:
        raise _not_continued(
            f"secrets/{HEAD_FILE} remembers a checkpoint over {remembered.head.size:,} entries, "
            f"and the log's newest one covers {covered:,}"
        )
    if not _holds(remembered.head, size, connection):
        raise _not_continued(
            f"the first {remembered.head.size:,} entries are not those that secrets/{HEAD_FILE} "
            "remembers"
        )


def _holds(head: TreeHead, size: int, connection: psycopg.Connection) -> bool:
    """Whether the tree of this size continues a head."""
    try:
        return head.size <= size and root_of(head.size, stored_subtree(connection)) == head.root
    except Hole:
        return False


def _not_continued(what: str) -> MakegoodError:
    return MakegoodError(
        Finding(
            "MG743",
            f"{what}; nothing was signed",
            "run 'makegood audit verify', which says what was changed",
        )
    )
