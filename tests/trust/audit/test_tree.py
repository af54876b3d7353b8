"""The tree against pymerkle, which was written by others from RFC 9162."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency

from makegood.trust.audit.storage import merged
from makegood.trust.audit.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_holds,
    consistency_proof,
    inclusion_holds,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)

SIZE_MAX = 700
PAYLOADS = [f"entry {number}".encode() for number in range(SIZE_MAX)]
LEAVES = [leaf_hash(payload) for payload in PAYLOADS]


@pytest.fixture(scope="module")
def theirs():
    tree = InmemoryTree(algorithm="sha256")
    for payload in PAYLOADS:
        tree.append_entry(payload)
    return tree


def ours(level: int, index: int) -> bytes:
    return merged(LEAVES[index << level : (index + 1) << level])


def beside(path: list[bytes]) -> list[bytes]:
    """The hashes of their proof without the leaf's own, which theirs repeats at its beginning."""
    return path[1:]


sizes = st.integers(1, SIZE_MAX)


@given(sizes)
def test_roots_agree(theirs, size):
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.add(leaf)
    assert frontier.root() == root_of(size, ours) == theirs.get_root(size)


def test_the_empty_tree_has_the_hash_of_nothing():
    assert Frontier().root() == root_of(0, ours) == EMPTY_ROOT == sha256(b"").digest()


@given(st.data(), sizes)
def test_inclusion_proofs_agree(theirs, data, size):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, ours)
    assert proof == beside(theirs.prove_inclusion(index + 1, size).path)
    assert inclusion_holds(LEAVES[index], index, size, proof, theirs.get_root(size))


@given(st.data(), sizes)
def test_consistency_proofs_hold_for_both(theirs, data, size):
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(old, size, ours)
    old_root, root = theirs.get_root(old), theirs.get_root(size)
    assert consistency_holds(old, size, proof, old_root, root)
    their_proof = theirs.prove_consistency(old, size)
    verify_consistency(old_root, root, their_proof)
    # Theirs goes down to single leaves at the seam, so that only there the hashes are others.
    if old % 2:
        assert set(proof) <= set(their_proof.path)


def test_the_example_of_the_rfc():
    """RFC 6962, 2.1.3: the tree of seven leaves, its nodes named as there."""
    _, b, c, d, _, f, j = LEAVES[:7]
    g, h, i = ours(1, 0), ours(1, 1), ours(1, 2)
    k, l_ = ours(2, 0), node_hash(i, j)
    assert root_of(7, ours) == node_hash(k, l_)
    assert inclusion_proof(0, 7, ours) == [b, h, l_]
    assert inclusion_proof(3, 7, ours) == [c, g, l_]
    assert inclusion_proof(4, 7, ours) == [f, j, k]
    assert inclusion_proof(6, 7, ours) == [i, k]
    assert consistency_proof(3, 7, ours) == [c, d, g, l_]
    assert consistency_proof(4, 7, ours) == [l_]
    assert consistency_proof(6, 7, ours) == [i, j, k]


@given(st.data(), st.integers(2, SIZE_MAX))
@settings(max_examples=300)
def test_a_changed_proof_holds_for_nothing(data, size):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, ours)
    root = root_of(size, ours)
    at = data.draw(st.integers(0, len(proof) - 1))
    bad = bytearray(proof[at])
    bad[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    changed = [*proof[:at], bytes(bad), *proof[at + 1 :]]
    assert not inclusion_holds(LEAVES[index], index, size, changed, root)
    assert not inclusion_holds(LEAVES[index], index, size, proof[:-1], root)
    assert not inclusion_holds(LEAVES[index], index, size, [*proof, root], root)
    other = (index + 1) % size
    assert not inclusion_holds(LEAVES[index], other, size, proof, root)


@given(st.data(), st.integers(2, SIZE_MAX))
@settings(max_examples=300)
def test_a_changed_history_is_consistent_with_nothing(data, size):
    old = data.draw(st.integers(1, size - 1))
    changed = list(LEAVES[:old])
    at = data.draw(st.integers(0, old - 1))
    changed[at] = leaf_hash(b"another")

    def other(level: int, index: int) -> bytes:
        return merged(changed[index << level : (index + 1) << level])

    proof = consistency_proof(old, size, ours)
    assert not consistency_holds(old, size, proof, root_of(old, other), root_of(size, ours))


def test_proofs_of_what_is_not_there_are_refused():
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(5, 5, ours)
    with pytest.raises(ValueError, match="older tree is larger"):
        consistency_proof(6, 5, ours)
    assert not inclusion_holds(LEAVES[0], 5, 5, [], EMPTY_ROOT)
    assert not consistency_holds(6, 5, [], EMPTY_ROOT, EMPTY_ROOT)
    assert consistency_holds(0, 5, [], EMPTY_ROOT, root_of(5, ours))
