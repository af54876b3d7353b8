"""The tree as it is stored: leaves, and the hashes of subtrees of 256, 65,536, ... leaves.

Any other complete subtree is computed from at most 256 stored hashes, so that a proof reads a few
rows for each factor of 256 in the size of the log.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from uuid import UUID

import psycopg

from makegood.trust.audit.tree import Subtree, node_hash

STORED_LEVELS = 8
"""Every eighth level of the tree is stored: the levels of C2SP tiles."""

_LEAVES = """
SELECT leaf_hash FROM audit_leaf WHERE leaf_index >= %s AND leaf_index < %s ORDER BY leaf_index
"""
_SUBTREES = """
SELECT subtree_hash FROM audit_subtree
WHERE level = %s AND subtree_index >= %s AND subtree_index < %s ORDER BY subtree_index
"""


class Hole(LookupError):
    """Hashes of the tree are missing; ``args`` are level, first and last index."""


def place_hash(leaf_index: int, entry_id: UUID, leaf: bytes) -> bytes:
    """What ties a leaf to its place: SHA-256(0x02 || index, 8 bytes || entry_id || leaf hash)."""
    return sha256(b"\x02" + leaf_index.to_bytes(8, "big") + entry_id.bytes + leaf).digest()


def stored_hashes(connection: psycopg.Connection, level: int, start: int, end: int) -> list[bytes]:
    """Hashes of the complete subtrees start up to end of a stored level. Raises Hole."""
    query = _SUBTREES if level else _LEAVES
    bounds = (level, start, end) if level else (start, end)
    with psycopg.Cursor(connection) as cursor:
        rows = cursor.execute(query, bounds, binary=True).fetchall()
    if len(rows) != end - start:
        raise Hole(level, start, end - 1)
    return [bytes(row[0]) for row in rows]


def tree_size(connection: psycopg.Connection) -> int:
    """How many leaves the tree has."""
    with psycopg.Cursor(connection) as cursor:
        cursor.execute("SELECT coalesce(max(leaf_index) + 1, 0) FROM audit_leaf")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def stored_subtree(connection: psycopg.Connection) -> Subtree:
    """The complete subtrees of the stored tree; what was read is kept for the next question."""

    @lru_cache(maxsize=64)
    def block(level: int, start: int, end: int) -> list[bytes]:
        return stored_hashes(connection, level, start, end)

    def subtree(level: int, index: int) -> bytes:
        above = level % STORED_LEVELS
        base, width = level - above, 1 << above
        return merged(block(base, index * width, (index + 1) * width))

    return subtree


def merged(hashes: list[bytes]) -> bytes:
    """The hash of the complete subtree over 1, 2, 4, ... hashes of one level."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]
