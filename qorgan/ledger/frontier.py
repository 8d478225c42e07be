"""The growing edge of the tree: all that a writer must remember to append and to sign the next head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qorgan.ledger.errors import ProofError
from qorgan.ledger.tree import (
    EMPTY_ROOT,
    HASH_SIZE,
    Node,
    complete_subtrees,
    fold_right,
    inclusion_proof,
    node_hash,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIZE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Grown:
    """What appending a run of leaves gave."""

    frontier: Frontier
    """The edge after the last of them; the old one stays as it was, for a transaction that rolls back."""
    proofs: list[list[bytes]]
    """For each appended leaf, in order, its inclusion proof in the tree of `frontier.size`."""
    completed: list[tuple[Node, bytes]]
    """Every complete subtree that came to be, the leaves themselves included; those whose level divides by
    eight are the hashes that stand in tiles."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """The compact range of a tree: the hashes of its maximal complete subtrees, largest first."""

    size: int = 0
    """Leaves in the tree, which is also the index the next leaf will get."""
    peaks: tuple[bytes, ...] = ()
    """One hash for each bit set in `size`, from the highest bit down."""

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return fold_right(self.peaks) if self.peaks else EMPTY_ROOT

    def append(self, leaf: bytes) -> Frontier:
        """The frontier with one more leaf hash, in O(log size)."""
        return Frontier(self.size + 1, _merge(self, leaf, []))

    def inclusion_of_next(self) -> list[bytes]:
        """The inclusion proof the next leaf will have in the tree that ends with it.

        Each of its siblings is a left one, and these are the peaks, so the proof is known before the leaf.
        """
        return list(reversed(self.peaks))

    def grow(self, leaves: Sequence[bytes]) -> Grown:
        """Append many leaf hashes and prove each in the resulting tree, with no read of any store.

        A left sibling of a new leaf is either a peak of the old edge or was completed just now.
        """
        completed: list[tuple[Node, bytes]] = []
        edge = self
        for leaf in leaves:
            edge = Frontier(edge.size + 1, _merge(edge, leaf, completed))
        known = dict(zip(complete_subtrees(0, self.size), self.peaks, strict=True)) | dict(completed)
        proofs = [
            inclusion_proof(index, edge.size, lambda nodes: [known[node] for node in nodes])
            for index in range(self.size, edge.size)
        ]
        return Grown(edge, proofs, completed)

    def to_bytes(self) -> bytes:
        """The size as eight bytes, most significant first, then the peaks."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, state: bytes) -> Frontier:
        """Read what `to_bytes` wrote. Raises ProofError on anything else."""
        size = int.from_bytes(state[:_SIZE_BYTES], "big")
        if len(state) != _SIZE_BYTES + HASH_SIZE * size.bit_count():
            raise ProofError(f"The state of the tree's edge has {len(state)} bytes, wrong for its size")
        starts = range(_SIZE_BYTES, len(state), HASH_SIZE)
        return cls(size, tuple(state[start : start + HASH_SIZE] for start in starts))


def _merge(edge: Frontier, leaf: bytes, completed: list[tuple[Node, bytes]]) -> tuple[bytes, ...]:
    """The peaks after one more leaf; every subtree it completes is added to `completed`."""
    if len(leaf) != HASH_SIZE:
        raise ProofError(f"A leaf hash has {len(leaf)} bytes, not {HASH_SIZE}")
    peaks = list(edge.peaks)
    found, level = leaf, 0
    completed.append((Node(0, edge.size), found))
    while edge.size >> level & 1:
        found = node_hash(peaks.pop(), found)
        level += 1
        completed.append((Node(level, edge.size >> level), found))
    return (*peaks, found)
