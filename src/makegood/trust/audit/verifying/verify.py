"""All of the log, from the first entry to the last, in memory that does not grow with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from makegood.kernel import Finding, MakegoodError, Progress, silent
from makegood.trust.audit.connections import driver_connection
from makegood.trust.audit.head_file import HeadFile
from makegood.trust.audit.kinds import SIGNER_MADE
from makegood.trust.audit.note import BadNote, VerifierKey
from makegood.trust.audit.signers import Signer
from makegood.trust.audit.storage import place_hash
from makegood.trust.audit.tree import leaf_hash
from makegood.trust.audit.verifying.claims import CLAIMING, Claims
from makegood.trust.audit.verifying.cosignatures import Cosignatures
from makegood.trust.audit.verifying.heads import OutsideHead
from makegood.trust.audit.verifying.result import RESTORE, Problems, Verification
from makegood.trust.audit.verifying.rows import (
    SELECTED,
    fields_of,
    known_time,
    read_payload,
    tell_changed,
)
from makegood.trust.audit.verifying.trees import Checkpoints, Subtrees

_FETCHED_ROWS = 2_000
_STAGE = "entries"

# Nobody but its owner can make a column empty or a time that Python does not know; then it is
# another value than the one that was written, and no more.
_PLACED = f"""
SELECT l.leaf_index, uuid_send(l.entry_id), coalesce(l.leaf_hash, ''), coalesce(l.place_hash, ''),
       {SELECTED}
FROM audit_leaf l LEFT JOIN audit_entry e ON e.entry_id = l.entry_id ORDER BY l.leaf_index
"""
_UNPLACED = f"""
SELECT p.leaf_hash, {SELECTED}
FROM audit_entry e LEFT JOIN audit_pending p ON p.entry_id = e.entry_id
WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = e.entry_id) ORDER BY e.entry_id
"""
_WAITING_WRONGLY = """
SELECT p.entry_id::text, l.leaf_index FROM audit_pending p
LEFT JOIN audit_leaf l ON l.entry_id = p.entry_id
WHERE l.entry_id IS NOT NULL
   OR NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.entry_id = p.entry_id) ORDER BY p.entry_id
"""
_STORED_SUBTREES = """
SELECT level, subtree_index, coalesce(subtree_hash, '') FROM audit_subtree
ORDER BY (subtree_index + 1)::numeric * 2::numeric ^ level, level
"""
_CHECKPOINTS = f"""
SELECT number, size, coalesce(root, ''), coalesce(note, ''), {known_time("signed_at")}
FROM audit_checkpoint ORDER BY number
"""
_SIGNERS = f"""
SELECT number, coalesce(verifier_key, ''), coalesce(wrapped_key, ''), {known_time("made_at")}
FROM audit_signer ORDER BY number
"""
_COSIGNATURES = f"""
SELECT c.number, c.verifier_key, coalesce(c.signature_line, ''), {known_time("c.received_at")},
       k.note
FROM audit_cosignature c LEFT JOIN audit_checkpoint k USING (number) ORDER BY number
"""
_SIZES = """
SELECT (SELECT coalesce(max(leaf_index) + 1, 0) FROM audit_leaf),
       (SELECT count(*) FROM audit_pending)
"""


def verify(
    progress: Progress = silent,
    *,
    trusted: Iterable[VerifierKey] | None = None,
    head: HeadFile | None = None,
) -> Verification:
    """Check the whole log as it is at this instant; writing goes on meanwhile.

    Every payload is hashed again and compared with its columns and its leaf; the tree is built
    again and compared with every checkpoint; each checkpoint's signature is verified. With
    ``trusted``, only these keys count: somebody who can change every table can also add a key.
    With ``head``, the log must continue what is remembered there, outside of the database.
    Must not be called inside a transaction. Raises MakegoodError MG745 where the server itself
    cannot read the tables any more.
    """
    problems = Problems()
    outside = OutsideHead(head, problems)
    with transaction.atomic(durable=True):
        connection = driver_connection()
        # One snapshot for all questions, else an entry that moves on would look like two.
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            return _Verifier(connection, progress, problems, outside).run(trusted)
        except (psycopg.DataError, psycopg.InternalError, UnicodeDecodeError) as error:
            what = f"the log's tables cannot be read: {type(error).__name__}"
            raise MakegoodError(Finding("MG745", what, RESTORE)) from None


class _Verifier:
    def __init__(
        self,
        connection: psycopg.Connection,
        progress: Progress,
        problems: Problems,
        outside: OutsideHead,
    ) -> None:
        self._connection = connection
        self._progress = progress
        self._problems = problems
        self._outside = outside
        self._claims = Claims(self._problems)
        self._entries = 0

    def run(self, trusted: Iterable[VerifierKey] | None) -> Verification:
        keys = self._signers(None if trusted is None else frozenset(trusted))
        self._outside.expect_signed(keys)
        size, waiting = next(iter(self._rows("sizes", _SIZES)))
        tree = Subtrees(self._rows("subtrees", _STORED_SUBTREES), self._problems)
        rows = self._rows("checkpoints", _CHECKPOINTS)
        cosignatures = Cosignatures(
            self._rows("cosigned", _COSIGNATURES), self._claims, self._problems
        )
        checkpoints = Checkpoints(
            rows, keys, self._claims, self._problems, cosignatures.compare_up_to
        )
        self._placed(tree, checkpoints, size + waiting)
        checkpoints.finish(tree.frontier.size, is_broken=tree.is_broken)
        self._outside.finish(tree.frontier.size, checkpoints)
        tree.finish()
        unplaced = self._unplaced()
        cosignatures.finish()
        self._claims.finish()
        self._progress(_STAGE, self._entries, self._entries)
        return Verification(
            entries=self._entries,
            waiting=unplaced,
            size=tree.frontier.size,
            root=tree.frontier.root(),
            checkpoints=checkpoints.count,
            covered=checkpoints.covered,
            signed_at=checkpoints.signed_at,
            witnesses=cosignatures.count,
            remembered=self._outside.size,
            findings=tuple(self._problems.kept),
            problems=self._problems.count,
        )

    def _placed(self, tree: Subtrees, checkpoints: Checkpoints, total: int) -> None:
        """Every leaf in order, with its entry."""
        checkpoints.compare(tree)
        outside_at = self._outside.size
        if outside_at == 0:
            self._outside.compare(tree, checkpoints)
        expected = 0
        for row in self._rows_ahead("placed", _PLACED):
            index = row[0]
            if index != expected:
                self._missing_leaves(expected, index - 1)
                tree.is_broken = True
            expected = index + 1
            tree.add(self._leaf(row))
            if tree.frontier.size == checkpoints.at:
                checkpoints.compare(tree)
            if tree.frontier.size == outside_at:
                self._outside.compare(tree, checkpoints)
            if not index % _FETCHED_ROWS:
                self._progress(_STAGE, index, total)

    def _leaf(self, row: tuple[Any, ...]) -> bytes:
        """The hash of a leaf, after a look at everything that belongs to it."""
        index, identifier, leaf, place, payload = row[:5]
        if payload is None:
            which = f"entry {UUID(bytes=identifier)}"
            self._problems.row_wrong(which, f"it stood at place {index:,} and is missing")
            return bytes(leaf)
        self._entries += 1
        computed = sha256(b"\x00" + payload).digest()
        fields = read_payload(payload)
        # The same as place_hash, which would be one call and one UUID more for each entry.
        sound = sha256(b"\x02" + index.to_bytes(8, "big") + identifier + leaf).digest() == place
        if computed == leaf and sound and fields and fields_of(fields) == row[5:]:
            if fields["kind"] in CLAIMING:
                self._claims.said(fields["kind"], fields["details"], f"entry {row[5]}")
            return computed
        return self._bad_leaf(row, computed, sound=sound)

    def _bad_leaf(self, row: tuple[Any, ...], computed: bytes, *, sound: bool) -> bytes:
        """Say what does not fit, and give the hash that most likely was there."""
        index, identifier, leaf, place = row[:4]
        which = f"entry {row[5]} at place {index:,}"
        if not sound and place == place_hash(index, UUID(bytes=identifier), computed):
            self._problems.tree_wrong(which, "the hash of its leaf was changed")
            leaf = computed
        elif not sound:
            self._problems.tree_wrong(which, "this is not its place, or its leaf was changed")
        tell_changed(which, leaf if sound else computed, row[4:], self._problems)
        return bytes(leaf)

    def _missing_leaves(self, first: int, last: int) -> None:
        which = f"place {first:,}" if first == last else f"places {first:,} to {last:,}"
        self._problems.tree_wrong(which, "the tree has no leaf there any more")

    def _unplaced(self) -> int:
        """Every entry that has no leaf must wait for one, with the hash it was written with."""
        count = 0
        for row in self._rows_ahead("unplaced", _UNPLACED):
            count += 1
            self._entries += 1
            expected, payload, which = row[0], row[1], f"entry {row[2]}"
            if expected is None:
                what = "it has no place in the tree and does not wait for one"
                self._problems.row_wrong(which, what)
                continue
            fields = read_payload(payload)
            if leaf_hash(payload) != expected or not fields or fields_of(fields) != row[2:]:
                tell_changed(f"{which}, which waits", expected, row[1:], self._problems)
            elif fields["kind"] in CLAIMING:
                self._claims.said(fields["kind"], fields["details"], which)
        for entry_id, leaf_index in self._rows("waiting", _WAITING_WRONGLY):
            if leaf_index is None:
                what = "it waits for its place in the tree and is missing"
            else:
                what = f"it waits for a place and has one already: {leaf_index:,}"
            self._problems.row_wrong(f"entry {entry_id}", what)
        return count

    def _signers(self, trusted: frozenset[VerifierKey] | None) -> tuple[VerifierKey, ...]:
        """The keys whose signatures count."""
        keys: list[VerifierKey] = []
        for number, row in enumerate(self._rows("signers", _SIGNERS), start=1):
            signer = Signer(*row)
            if signer.number != number and not keys:
                self._problems.key_wrong(f"signing key {number}", "it is missing")
            self._claims.kept(SIGNER_MADE, signer.facts())
            try:
                key = VerifierKey.parse(signer.verifier_key)
            except BadNote as reason:
                self._problems.key_wrong(f"signing key {signer.number}", str(reason))
                continue
            if trusted is not None and key not in trusted:
                self._problems.key_wrong(f"signing key {signer.number}", "it is not a trusted one")
                continue
            keys.append(key)
        return tuple(keys)

    def _rows(self, name: str, query: str) -> Iterator[tuple[Any, ...]]:
        """A query's rows through a cursor on the server: only some are here at a time."""
        with psycopg.ServerCursor(self._connection, f"audit_{name}") as cursor:
            cursor.execute(query, binary=True)
            while rows := cursor.fetchmany(_FETCHED_ROWS):
                yield from rows

    def _rows_ahead(self, name: str, query: str) -> Iterator[tuple[Any, ...]]:
        """The same, while the server already works on what comes next."""
        with (
            psycopg.ServerCursor(self._connection, f"audit_{name}") as cursor,
            ThreadPoolExecutor(1) as ahead,
        ):
            cursor.execute(query, binary=True)
            coming = ahead.submit(cursor.fetchmany, _FETCHED_ROWS)
            while rows := coming.result():
                coming = ahead.submit(cursor.fetchmany, _FETCHED_ROWS)
                yield from rows
