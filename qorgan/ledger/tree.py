"""The Merkle tree of RFC 6962 (the same as RFC 9162's with SHA-256): hashes, roots, proofs and their checks.

A tree is never held whole. Whoever keeps the hashes answers for complete subtrees through a `Hashes`
callable; a proof names everything it needs in one call, so that a store can answer with one query.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from typing import NamedTuple, TypeAlias

from qorgan.ledger.errors import ProofError

HASH_SIZE = 32
"""Bytes of every hash here: SHA-256."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962 2.1)."""


@dataclass(frozen=True, slots=True)
class Node:
    """A complete subtree: the leaves from `index << level` up to, not with, `(index + 1) << level`."""

    level: int
    index: int


Hashes: TypeAlias = Callable[[Sequence[Node]], Sequence[bytes]]
"""Gives the hashes of complete subtrees, in the order asked."""


class _Span(NamedTuple):
    """A run of leaves, `low` included, `high` not, that is a subtree of the tree asked about."""

    low: int
    high: int


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def leaf_hashes(entries: Sequence[bytes]) -> list[bytes]:
    """The leaf hashes of many entries, in a loop with nothing else in it."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes held in memory.

    A lone last subtree rises unhashed to the next level: the same tree as RFC 6962's split at the largest
    power of two, without recursion.
    """
    level = list(leaves)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        lone = level[-1:] if len(level) & 1 else []
        one_by_one = iter(level)
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(one_by_one, one_by_one, strict=False)]
        level += lone
    return level[0]


def root(size: int, hashes: Hashes) -> bytes:
    """The root of the first `size` leaves, from at most log2(size) + 1 complete subtrees."""
    return _fold([_Span(0, size)], hashes)[0] if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves (RFC 6962 2.1.1), leaf's sibling first.

    Raises ProofError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ProofError(f"There is no leaf {index} in a tree of {size}")
    spans: list[_Span] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            spans.append(_Span(middle, high))
            high = middle
        else:
            spans.append(_Span(low, middle))
            low = middle
    return _fold(spans[::-1], hashes)


def consistency_proof(first: int, second: int, hashes: Hashes) -> list[bytes]:
    """The proof that the tree of `first` leaves is the beginning of the tree of `second` (RFC 6962 2.1.2).

    Empty when the sizes are equal or `first` is nought. Raises ProofError when the tree would have shrunk.
    """
    if not 0 <= first <= second:
        raise ProofError(f"A tree of {first} cannot be the beginning of a tree of {second}")
    if first in {0, second}:
        return []
    spans: list[_Span] = []
    low, high = 0, second
    while high != first:
        middle = low + _split(high - low)
        if first <= middle:
            spans.append(_Span(middle, high))
            high = middle
        else:
            spans.append(_Span(low, middle))
            low = middle
    if low:  # otherwise this subtree is the whole first tree, whose root the verifier has
        spans.append(_Span(low, high))
    return _fold(spans[::-1], hashes)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> None:
    """Accept that the leaf with hash `leaf` stands at `index` in the tree of `size` with this root.

    Raises ProofError: an index outside the tree, a proof too short or too long, another root.
    """
    if not 0 <= index < size:
        raise ProofError(f"There is no leaf {index} in a tree of {size}")
    _check_hashes([leaf, root_hash, *proof])
    # Below the height where the paths of this leaf and of the last one part, siblings stand on either side;
    # above it this leaf's subtree is on the right edge and every sibling is a left one.
    inner = (index ^ (size - 1)).bit_length()
    if len(proof) != inner + (index >> inner).bit_count():
        raise ProofError(f"The inclusion proof has {len(proof)} hashes, not those of leaf {index} of {size}")
    found = leaf
    for height, sibling in enumerate(proof):
        on_the_left = height < inner and not index >> height & 1
        found = node_hash(found, sibling) if on_the_left else node_hash(sibling, found)
    if found != root_hash:
        raise ProofError(f"The inclusion proof of leaf {index} leads to another root")


def verify_consistency(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> None:
    """Accept that nothing of the first tree was changed or taken out when it grew into the second.

    Raises ProofError: sizes that shrink, a proof too short or too long, roots it does not lead to.
    """
    _check_hashes([first_root, second_root, *proof])
    if not 0 <= first <= second:
        raise ProofError(f"A tree of {first} cannot be the beginning of a tree of {second}")
    if first in {0, second}:
        _check_trivial(first, second, proof, first_root, second_root)
        return
    # The walk starts at the largest complete subtree that ends the first tree; that subtree is the first
    # tree itself when its size is a power of two, and then the proof leaves its hash out.
    height = (first & -first).bit_length() - 1
    last, edge = (first - 1) >> height, (second - 1) >> height
    path = list(proof) if last else [first_root, *proof]
    inner = (last ^ edge).bit_length()
    if len(path) != 1 + inner + (last >> inner).bit_count():
        raise ProofError(f"The consistency proof has {len(proof)} hashes, not those from {first} to {second}")
    before = after = path[0]
    for step, sibling in enumerate(path[1:]):
        if step < inner and not last >> step & 1:
            after = node_hash(after, sibling)
        else:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
    if before != first_root or after != second_root:
        raise ProofError(f"The consistency proof from {first} to {second} leads to other roots")


def in_memory(leaves: Sequence[bytes]) -> Hashes:
    """Answer for subtrees over leaf hashes that are all at hand, as those of one batch are."""
    return lambda nodes: [root_of(leaves[node.index << node.level : (node.index + 1) << node.level]) for node in nodes]


def complete_subtrees(low: int, high: int) -> list[Node]:
    """The largest complete subtrees that make up the leaves from `low` to `high`, left to right.

    `low` must be aligned as every subtree's start is: to a power of two not less than `high - low`.
    """
    nodes: list[Node] = []
    while low < high:
        level = (high - low).bit_length() - 1
        nodes.append(Node(level, low >> level))
        low += 1 << level
    return nodes


def fold_right(hashes: Sequence[bytes]) -> bytes:
    """Join subtrees of falling height, left to right, into the one they make up (at least one is given)."""
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def _check_trivial(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> None:
    """Equal trees have equal roots, the empty tree has its one root, and neither needs a proof."""
    if proof:
        raise ProofError(f"The consistency proof from {first} to {second} must be empty")
    if first == second and first_root != second_root:
        raise ProofError(f"Two trees of {first} leaves have different roots")
    if first == 0 and first_root != EMPTY_ROOT:
        raise ProofError("The root given for the empty tree is not that of the empty tree")


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise ProofError(f"A hash in the proof is not {HASH_SIZE} bytes long")


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (which is two or more): where RFC 6962 cuts a tree."""
    return 1 << (size - 1).bit_length() - 1


def _fold(spans: Sequence[_Span], hashes: Hashes) -> list[bytes]:
    """The hash of each span, all their complete subtrees asked for at once."""
    parts = [complete_subtrees(span.low, span.high) for span in spans]
    asked = [node for nodes in parts for node in nodes]
    given = list(hashes(asked))
    if len(given) != len(asked):
        raise ProofError(f"The store gave {len(given)} hashes where {len(asked)} were asked for")
    _check_hashes(given)
    answers = iter(given)
    return [fold_right([next(answers) for _ in nodes]) for nodes in parts]
