"""The tree against a naive reading of RFC 6962, for every size from 1 to 300."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.ledger import tree
from qorgan.ledger.errors import ProofError
from qorgan.ledger.frontier import Frontier

MOST = 300
ENTRIES = [b"entry %d" % number for number in range(MOST)]
LEAVES = tree.leaf_hashes(ENTRIES)
HASHES = dict(Frontier().grow(LEAVES).completed)
sizes = st.integers(1, MOST)


def stored(nodes: list[tree.Node]) -> list[bytes]:
    return [HASHES[node] for node in nodes]


def cut(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


@cache
def naive_root(low: int, high: int) -> bytes:
    if high - low == 0:
        return sha256(b"").digest()
    if high - low == 1:
        return sha256(b"\x00" + ENTRIES[low]).digest()
    middle = low + cut(high - low)
    return sha256(b"\x01" + naive_root(low, middle) + naive_root(middle, high)).digest()


def naive_path(index: int, low: int, high: int) -> list[bytes]:
    if high - low == 1:
        return []
    middle = low + cut(high - low)
    if index < middle:
        return [*naive_path(index, low, middle), naive_root(middle, high)]
    return [*naive_path(index, middle, high), naive_root(low, middle)]


def naive_subproof(first: int, low: int, high: int, *, known: bool) -> list[bytes]:
    if first == high:
        return [] if known else [naive_root(low, high)]
    middle = low + cut(high - low)
    if first <= middle:
        return [*naive_subproof(first, low, middle, known=known), naive_root(middle, high)]
    return [*naive_subproof(first, middle, high, known=False), naive_root(low, middle)]


def flips(data: bytes) -> list[bytes]:
    number, length = int.from_bytes(data, "big"), len(data)
    return [(number ^ 1 << bit).to_bytes(length, "big") for bit in range(8 * length)]


def test_roots_of_all_sizes_are_those_of_the_naive_reading() -> None:
    for size in range(MOST + 1):
        expected = naive_root(0, size)
        assert tree.root_of(LEAVES[:size]) == expected
        assert tree.root(size, stored) == expected


def test_a_tree_over_one_entry_is_its_leaf_hash() -> None:
    assert tree.root_of([tree.leaf_hash(b"")]) == bytes.fromhex(
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


@pytest.mark.clause("R48I.3")
def test_every_leaf_of_every_size_has_the_naive_proof_and_it_verifies() -> None:
    for size in range(1, MOST + 1):
        root = naive_root(0, size)
        for index in range(size):
            proof = tree.inclusion_proof(index, size, stored)
            assert proof == naive_path(index, 0, size)
            tree.verify_inclusion(LEAVES[index], index, size, proof, root)


@pytest.mark.clause("R48I.3")
def test_every_pair_of_sizes_has_the_naive_consistency_proof_and_it_verifies() -> None:
    for second in range(1, MOST + 1):
        for first in range(1, second + 1):
            proof = tree.consistency_proof(first, second, stored)
            assert proof == naive_subproof(first, 0, second, known=True)
            roots = naive_root(0, first), naive_root(0, second)
            tree.verify_consistency(first, second, proof, *roots)


def test_proofs_made_from_leaves_in_memory_are_the_same() -> None:
    given_in_memory = tree.in_memory(LEAVES[:77])
    assert all(
        tree.inclusion_proof(index, 77, given_in_memory) == tree.inclusion_proof(index, 77, stored)
        for index in range(77)
    )


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_no_bit_of_an_inclusion_proof_can_be_changed(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    proof, root = tree.inclusion_proof(index, size, stored), naive_root(0, size)
    parts = [LEAVES[index], root, *proof]
    for place, one in enumerate(parts):
        for flipped in flips(one):
            leaf, top, *path = [*parts[:place], flipped, *parts[place + 1 :]]
            with pytest.raises(ProofError):
                tree.verify_inclusion(leaf, index, size, path, top)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_no_bit_of_a_consistency_proof_can_be_changed(data: st.DataObject) -> None:
    second = data.draw(st.integers(2, MOST))
    first = data.draw(st.integers(1, second - 1))
    proof = tree.consistency_proof(first, second, stored)
    parts = [naive_root(0, first), naive_root(0, second), *proof]
    for place, one in enumerate(parts):
        for flipped in flips(one):
            before, after, *path = [*parts[:place], flipped, *parts[place + 1 :]]
            with pytest.raises(ProofError):
                tree.verify_consistency(first, second, path, before, after)


@given(st.data())
def test_a_proof_too_long_too_short_or_of_another_leaf_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, MOST))
    index, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    proof, root = tree.inclusion_proof(index, size, stored), naive_root(0, size)
    for path in ([*proof, proof[-1]], [proof[0], *proof], proof[1:], proof[:-1], []):
        with pytest.raises(ProofError):
            tree.verify_inclusion(LEAVES[index], index, size, path, root)
    with pytest.raises(ProofError):
        tree.verify_inclusion(LEAVES[index], other, size, proof, root)


@given(st.data())
def test_a_consistency_proof_too_long_too_short_or_reversed_is_refused(data: st.DataObject) -> None:
    second = data.draw(st.integers(2, MOST))
    first = data.draw(st.integers(1, second - 1))
    proof, roots = tree.consistency_proof(first, second, stored), (naive_root(0, first), naive_root(0, second))
    for path in ([*proof, proof[-1]], [proof[0], *proof], proof[1:], proof[:-1], []):
        with pytest.raises(ProofError):
            tree.verify_consistency(first, second, path, *roots)
    with pytest.raises(ProofError):
        tree.verify_consistency(second, first, proof, *roots)
    with pytest.raises(ProofError):
        tree.verify_consistency(first, second, proof, *reversed(roots))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (5, 5), (-1, 5), (7, 5)])
def test_a_leaf_outside_the_tree_is_neither_proven_nor_believed(index: int, size: int) -> None:
    with pytest.raises(ProofError, match="There is no leaf"):
        tree.inclusion_proof(index, size, stored)
    with pytest.raises(ProofError, match="There is no leaf"):
        tree.verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


def test_the_proof_of_a_leaf_never_serves_for_another_place() -> None:
    for size in range(1, 50):
        root = naive_root(0, size)
        for index in range(size):
            proof = tree.inclusion_proof(index, size, stored)
            for place in set(range(size)) - {index}:
                with pytest.raises(ProofError):
                    tree.verify_inclusion(LEAVES[index], place, size, proof, root)


def test_a_proof_of_the_wrong_length_is_refused_for_its_length() -> None:
    root = naive_root(0, 7)
    with pytest.raises(ProofError, match="has 4 hashes"):
        tree.verify_inclusion(LEAVES[0], 0, 7, [root] * 4, root)
    with pytest.raises(ProofError, match="has 5 hashes"):
        tree.verify_consistency(3, 7, [root] * 5, naive_root(0, 3), root)


def test_a_hash_of_another_length_is_refused_even_where_it_would_lead_to_the_root() -> None:
    joined = sha256(b"\x01" + LEAVES[0] + LEAVES[1]).digest()
    with pytest.raises(ProofError):
        tree.verify_inclusion(LEAVES[0] + LEAVES[1][:1], 0, 2, [LEAVES[1][1:]], joined)


def test_equal_trees_and_the_empty_one_are_consistent_without_a_proof_and_only_so() -> None:
    root = naive_root(0, 9)
    tree.verify_consistency(9, 9, [], root, root)
    tree.verify_consistency(0, 9, [], tree.EMPTY_ROOT, root)
    tree.verify_consistency(0, 0, [], tree.EMPTY_ROOT, tree.EMPTY_ROOT)
    assert tree.consistency_proof(0, 9, stored) == tree.consistency_proof(9, 9, stored) == []
    for first, second, proof, before, after in [
        (9, 9, [root], root, root),
        (9, 9, [], root, naive_root(0, 8)),
        (0, 9, [root], tree.EMPTY_ROOT, root),
        (0, 9, [], root, root),
        (0, 0, [], root, root),
        (-1, 9, [], root, root),
    ]:
        with pytest.raises(ProofError):
            tree.verify_consistency(first, second, proof, before, after)


def test_a_shrinking_tree_has_no_proof() -> None:
    with pytest.raises(ProofError):
        tree.consistency_proof(9, 8, stored)


def test_a_store_that_gives_too_few_or_wrong_hashes_is_refused() -> None:
    for answer in ([], [b"short"]):
        with pytest.raises(ProofError):
            tree.inclusion_proof(0, 2, lambda nodes, answer=answer: answer)
