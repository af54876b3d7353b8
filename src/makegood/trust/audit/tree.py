"""The Merkle tree of RFC 6962, section 2.1: roots, inclusion proofs, consistency proofs.

Everything is computed from *complete subtrees*: the subtree of ``level`` and ``index`` covers the
leaves ``index * 2**level`` up to, not including, ``(index + 1) * 2**level``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TypeAlias

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()
"""The root of the tree without a leaf: the hash of nothing."""

Subtree: TypeAlias = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree of a level and an index."""


def leaf_hash(payload: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 || payload)."""
    return sha256(b"\x00" + payload).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: as many hashes as the size has bits set.

    Takes leaves in order and gives the root at any moment, in memory of O(log size).
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    def add(self, leaf: bytes) -> None:
        """Take the hash of the next leaf."""
        size = self.size
        peaks = self._peaks
        while size & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            size >>= 1
        peaks.append(leaf)
        self.size += 1

    def add_telling(self, leaf: bytes) -> list[bytes]:
        """Take the hash of the next leaf; the hashes of the subtrees it completes, level 0 up."""
        completed = [leaf]
        size = self.size
        while size & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            completed.append(leaf)
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The root over all leaves taken so far."""
        return _folded(self._peaks)


def complete_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Levels and indexes of the largest complete subtrees that cover leaves start up to end.

    ``start`` must be a multiple of the largest power of two that is below ``end - start``, as it
    is for every range that RFC 6962 hashes.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def root_of(size: int, subtree: Subtree) -> bytes:
    """MTH(D[0:size]): the root of the tree of the first ``size`` leaves."""
    return _range_hash(0, size, subtree)


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """PATH(index, D[size]): the hashes beside the way from a leaf to the root, leaf's end first.

    Raises ValueError where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_hash(middle, end, subtree))
            end = middle
        else:
            path.append(_range_hash(start, middle, subtree))
            start = middle
    return path[::-1]


def consistency_proof(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """PROOF(old, D[size]): that the tree of ``old`` leaves is the beginning of that of ``size``.

    Empty where old is 0 or size. Raises ValueError where old is larger than size.
    """
    if not 0 <= old <= size:
        raise ValueError("the older tree is larger")
    if old in {0, size}:
        return []
    proof = []
    start, end, whole = 0, size, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range_hash(middle, end, subtree))
            end = middle
        else:
            proof.append(_range_hash(start, middle, subtree))
            start, whole = middle, False
    if not whole:
        proof.append(_range_hash(start, end, subtree))
    return proof[::-1]


def inclusion_holds(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether a leaf's hash stands at an index of the tree with that root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, known = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            known = node_hash(beside, known)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            known = node_hash(known, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and known == root


def consistency_holds(
    old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> bool:
    """Whether the tree with the old root is the beginning of the other (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    if not hashes:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == root


def _split(leaves: int) -> int:
    """The largest power of two below a number of leaves."""
    return 1 << ((leaves - 1).bit_length() - 1)


def _range_hash(start: int, end: int, subtree: Subtree) -> bytes:
    return _folded([subtree(level, index) for level, index in complete_subtrees(start, end)])


def _folded(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    known = peaks[-1]
    for left in reversed(peaks[:-1]):
        known = node_hash(left, known)
    return known
