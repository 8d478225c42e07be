"""The growing edge: what it proves alone, and that its bytes hold all of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.ledger import tree
from qorgan.ledger.errors import ProofError
from qorgan.ledger.frontier import Frontier

LEAVES = tree.leaf_hashes([b"entry %d" % number for number in range(300)])


def test_the_edge_alone_gives_every_root_and_the_proof_of_every_new_leaf() -> None:
    edge = Frontier()
    assert edge.root() == tree.EMPTY_ROOT
    for index, leaf in enumerate(LEAVES):
        proof = edge.inclusion_of_next()
        edge = edge.append(leaf)
        assert edge.size == index + 1
        assert edge.root() == tree.root_of(LEAVES[: index + 1])
        tree.verify_inclusion(leaf, index, edge.size, proof, edge.root())


@given(st.integers(0, 300), st.integers(0, 40))
def test_leaves_appended_together_are_each_proven_in_the_resulting_tree(before: int, more: int) -> None:
    new = LEAVES[before : before + more]
    grown = Frontier().grow(LEAVES[:before]).frontier.grow(new)
    size = before + len(new)
    assert grown.frontier.size == size
    assert grown.frontier.root() == tree.root_of(LEAVES[:size])
    for place, (leaf, proof) in enumerate(zip(new, grown.proofs, strict=True)):
        tree.verify_inclusion(leaf, before + place, size, proof, grown.frontier.root())


@given(st.integers(0, 300), st.integers(0, 40))
def test_completed_subtrees_are_exactly_the_new_ones(before: int, more: int) -> None:
    size = min(300, before + more)
    grown = Frontier().grow(LEAVES[:before]).frontier.grow(LEAVES[before:size])
    every = dict(Frontier().grow(LEAVES[:size]).completed)
    old = dict(Frontier().grow(LEAVES[:before]).completed)
    assert dict(grown.completed) == {node: found for node, found in every.items() if node not in old}


def test_an_edge_is_never_changed_in_place() -> None:
    edge = Frontier().append(LEAVES[0])
    state = edge.to_bytes()
    edge.append(LEAVES[1])
    edge.grow(LEAVES[1:9])
    assert edge.to_bytes() == state


@given(st.integers(0, 300))
def test_bytes_of_an_edge_give_the_edge_back(size: int) -> None:
    edge = Frontier().grow(LEAVES[:size]).frontier
    assert Frontier.from_bytes(edge.to_bytes()) == edge


@pytest.mark.parametrize("state", [b"", b"\0" * 7, b"\0" * 9, b"\0" * 7 + b"\1", b"\0" * 7 + b"\3" + b"x" * 32])
def test_bytes_that_are_no_edge_are_refused(state: bytes) -> None:
    with pytest.raises(ProofError):
        Frontier.from_bytes(state)


def test_what_is_not_a_hash_cannot_be_appended() -> None:
    with pytest.raises(ProofError):
        Frontier().append(b"short")
