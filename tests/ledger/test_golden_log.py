"""A log written by another implementation: all of it is believed, and no bit of it can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qorgan.ledger import tiles, tree
from qorgan.ledger.checkpoint import Checkpoint, open_checkpoint
from qorgan.ledger.errors import NoteError, ProofError
from qorgan.ledger.note import VerifierKey
from qorgan.ledger.tiles import Bundle, Tile, TileReader

KEY = VerifierKey.parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
SIZES = range(16)


@pytest.fixture(scope="module")
def golden(shared: Path) -> Path:
    return shared / "data" / "tlog"


@pytest.fixture(scope="module")
def heads(golden: Path) -> list[Checkpoint]:
    notes = [(golden / f"checkpoint.{size}").read_text() for size in SIZES]
    return [open_checkpoint(note, [KEY]).checkpoint for note in notes]


def flips(data: bytes) -> Iterator[bytes]:
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def reader(golden: Path, size: int) -> TileReader:
    return TileReader(size, lambda tile: (golden / tile.path).read_bytes())


def entries(golden: Path) -> list[bytes]:
    return tiles.bundle_entries((golden / Bundle(0, 15).path).read_bytes(), 15)


@pytest.mark.clause("R48I.3")
def test_every_head_is_believed_and_its_tiles_lead_to_it(golden: Path, heads: list[Checkpoint]) -> None:
    for size, head in zip(SIZES, heads, strict=True):
        assert (head.origin, head.size) == (KEY.name, size)
        assert tree.root(size, reader(golden, size)) == head.root
        assert list(tiles.damaged(size, head.root, lambda tile: (golden / tile.path).read_bytes())) == []


@pytest.mark.clause("R48I.3")
def test_no_bit_of_any_head_can_be_changed(golden: Path) -> None:
    for size in SIZES:
        for changed in flips((golden / f"checkpoint.{size}").read_bytes()):
            with pytest.raises((NoteError, UnicodeDecodeError)):
                open_checkpoint(changed.decode(), [KEY])


@pytest.mark.clause("R48I.3")
def test_every_entry_is_proven_in_every_head(golden: Path, heads: list[Checkpoint]) -> None:
    for head in heads:
        for index, entry in enumerate(entries(golden)[: head.size]):
            proof = tree.inclusion_proof(index, head.size, reader(golden, head.size))
            tree.verify_inclusion(tree.leaf_hash(entry), index, head.size, proof, head.root)


@pytest.mark.clause("R48I.3")
def test_every_head_is_the_beginning_of_every_later_one(golden: Path, heads: list[Checkpoint]) -> None:
    for second in heads:
        for first in heads[: second.size + 1]:
            proof = tree.consistency_proof(first.size, second.size, reader(golden, second.size))
            tree.verify_consistency(first.size, second.size, proof, first.root, second.root)


def test_no_bit_of_any_inclusion_proof_can_be_changed(golden: Path, heads: list[Checkpoint]) -> None:
    head = heads[-1]
    for index, entry in enumerate(entries(golden)):
        proof = tree.inclusion_proof(index, head.size, reader(golden, head.size))
        for changed in flips(b"".join(proof)):
            path = [changed[start : start + 32] for start in range(0, len(changed), 32)]
            with pytest.raises(ProofError):
                tree.verify_inclusion(tree.leaf_hash(entry), index, head.size, path, head.root)


def test_no_bit_of_any_consistency_proof_can_be_changed(golden: Path, heads: list[Checkpoint]) -> None:
    head = heads[-1]
    for first in heads[1:-1]:
        proof = tree.consistency_proof(first.size, head.size, reader(golden, head.size))
        for changed in flips(b"".join(proof)):
            path = [changed[start : start + 32] for start in range(0, len(changed), 32)]
            with pytest.raises(ProofError):
                tree.verify_consistency(first.size, head.size, path, first.root, head.root)


def test_no_bit_of_the_entries_or_of_the_tile_can_be_changed(golden: Path, heads: list[Checkpoint]) -> None:
    tile = (golden / Tile(0, 0, 15).path).read_bytes()
    assert tiles.tile_bytes(tree.leaf_hashes(entries(golden))) == tile
    for changed in flips(tile):
        assert tree.root(15, TileReader(15, lambda _, changed=changed: changed)) != heads[-1].root
    for entry in entries(golden):
        for changed in flips(entry):
            assert tree.leaf_hash(changed) != tree.leaf_hash(entry)
