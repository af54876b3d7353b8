"""Committed entries get their places in the tree, one batch at a time.

Appenders are never waited for and never wait: an entry whose transaction is still open is not seen
and gets its place in a later batch. Only integrators exclude each other, by an advisory lock.
"""

from __future__ import annotations

from uuid import UUID

import psycopg
from django.db import transaction
from opentelemetry import trace

from makegood.trust.audit.connections import driver_connection
from makegood.trust.audit.storage import (
    STORED_LEVELS,
    merged,
    place_hash,
    stored_hashes,
    tree_size,
)

_tracer = trace.get_tracer("makegood.trust.audit")

BATCH_ENTRIES = 10_000

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('makegood.audit.tree'))"
_TAKE = """
WITH due AS (SELECT entry_id FROM audit_pending ORDER BY entry_id LIMIT %s)
DELETE FROM audit_pending USING due WHERE audit_pending.entry_id = due.entry_id
RETURNING audit_pending.entry_id, audit_pending.leaf_hash
"""
_COPY_LEAVES = """
COPY audit_leaf (leaf_index, entry_id, leaf_hash, place_hash) FROM STDIN (FORMAT BINARY)
"""
_COPY_SUBTREES = """
COPY audit_subtree (level, subtree_index, subtree_hash) FROM STDIN (FORMAT BINARY)
"""
_WIDTH = 1 << STORED_LEVELS


def integrate(limit: int = BATCH_ENTRIES) -> int:
    """Give up to ``limit`` waiting entries their places, oldest first; how many.

    In a transaction of its own, or in the caller's. The leaf is the hash taken when the entry was
    written: an entry that was changed while it waited is found by ``verify``.
    """
    with transaction.atomic():
        connection = driver_connection()
        lock_tree(connection)
        with psycopg.Cursor(connection) as cursor:
            taken = cursor.execute(_TAKE, (limit,), binary=True).fetchall()
            if not taken:
                return 0
            with _tracer.start_as_current_span("log.integrate") as span:
                span.set_attribute("makegood.entries", len(taken))
                _place(cursor, sorted(taken))
    return len(taken)


def _place(cursor: psycopg.Cursor, leaves: list[tuple[UUID, bytes]]) -> None:
    """Write the leaves behind the last one, and the subtrees that they complete."""
    size = tree_size(cursor.connection)
    with cursor.copy(_COPY_LEAVES) as copy:
        copy.set_types(("int8", "uuid", "bytea", "bytea"))
        for index, (entry_id, leaf) in enumerate(leaves, start=size):
            copy.write_row((index, entry_id, leaf, place_hash(index, entry_id, leaf)))
    _store_subtrees(cursor, size, [leaf for _, leaf in leaves])


def integrate_all(limit: int = BATCH_ENTRIES) -> int:
    """Give all waiting entries their places, batch by batch; how many."""
    total = 0
    while placed := integrate(limit):
        total += placed
        if placed < limit:
            break
    return total


def lock_tree(connection: psycopg.Connection) -> None:
    """Be the only one who gives places or signs, until the transaction ends."""
    with psycopg.Cursor(connection) as cursor:
        cursor.execute(_LOCK)


def _store_subtrees(cursor: psycopg.Cursor, size: int, new: list[bytes]) -> None:
    """Write the subtrees that the new hashes of a level complete, level by level upwards."""
    level = 0
    while (size % _WIDTH) + len(new) >= _WIDTH:
        first = size // _WIDTH
        before = stored_hashes(cursor.connection, level, first * _WIDTH, size)
        hashes = before + new
        count = len(hashes) // _WIDTH
        made = [merged(hashes[i * _WIDTH : (i + 1) * _WIDTH]) for i in range(count)]
        level += STORED_LEVELS
        with cursor.copy(_COPY_SUBTREES) as copy:
            copy.set_types(("int2", "int8", "bytea"))
            for index, subtree in enumerate(made, start=first):
                copy.write_row((level, index, subtree))
        size, new = first, made
