"""The tlog-tiles layout: paths, widths, bytes, and proofs read out of tiles."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.ledger import tiles, tree
from qorgan.ledger.errors import TileError
from qorgan.ledger.frontier import Frontier
from qorgan.ledger.tiles import Bundle, Tile, TileReader

BIG = 70_000
LEAVES = tree.leaf_hashes([number.to_bytes(4, "big") for number in range(BIG)])


def level_hashes() -> list[list[bytes]]:
    """The hashes at each tile level, made by folding whole tiles."""
    levels = [LEAVES]
    while full := len(levels[-1]) // tiles.WIDTH:
        below = levels[-1]
        levels.append([tree.root_of(below[n * tiles.WIDTH : (n + 1) * tiles.WIDTH]) for n in range(full)])
    return levels


LEVELS = level_hashes()


def serve(tile: Tile) -> bytes:
    start = tile.index * tiles.WIDTH
    return tiles.tile_bytes(LEVELS[tile.level][start : start + tile.width])


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 1000, 5), "tile/1/x001/000.p/5"),
        (Tile(63, 999, 255), "tile/63/999.p/255"),
    ],
)
def test_a_tile_has_one_path_and_is_read_back_from_it(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


def test_a_bundle_lies_beside_its_tile() -> None:
    assert Bundle(1234067, 7).path == "tile/entries/x001/x234/067.p/7"
    assert Bundle.parse("tile/entries/x001/x234/067.p/7") == Bundle(1234067, 7)


@given(st.integers(0, 63), st.integers(0, 2**53), st.integers(1, 256))
def test_every_path_is_read_back(level: int, index: int, width: int) -> None:
    assert Tile.parse(Tile(level, index, width).path) == Tile(level, index, width)
    assert Bundle.parse(Bundle(index, width).path) == Bundle(index, width)


@pytest.mark.parametrize(
    "number",
    [
        "0",
        "00",
        "0000",
        "x000/001",
        "x001",
        "001/002",
        "001.p/0",
        "001.p/256",
        "001.p/300",
        "001.p/01",
        "001.p/",
        "001.p/1000",
        "x01/002",
        "-01",
        "001/",
        "001\n",
        "٠٠١",
        "",
    ],
)
def test_other_spellings_of_a_path_are_refused(number: str) -> None:
    with pytest.raises(TileError):
        Tile.parse(f"tile/0/{number}")
    with pytest.raises(TileError):
        Bundle.parse(f"tile/entries/{number}")


@pytest.mark.parametrize("level", ["00", "64", "-1", "1x", "", "entries"])
def test_other_spellings_of_a_level_are_refused(level: str) -> None:
    with pytest.raises(TileError):
        Tile.parse(f"tile/{level}/000")


def test_seventy_thousand_entries_have_the_tiles_the_layout_names() -> None:
    found = list(tiles.tiles_of(BIG))
    level_0 = [tile for tile in found if tile.level == 0]
    assert [tile.width for tile in level_0] == [256] * 273 + [112]
    assert [tile for tile in found if tile.level] == [Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(tiles.tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles.tiles_of(0)) == []


@pytest.mark.parametrize(("level", "index", "size"), [(0, 0, 0), (0, 1, 256), (1, 0, 255), (-1, 0, 9), (0, -1, 9)])
def test_a_tile_the_log_does_not_have_is_refused(level: int, index: int, size: int) -> None:
    with pytest.raises(TileError):
        tiles.tile_at(level, index, size)


@settings(deadline=None)
@given(st.data())
def test_proofs_read_from_tiles_verify_at_any_size(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, BIG))
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    reader = TileReader(size, serve)
    root = tree.root(size, reader)
    assert root == tree.root_of(LEAVES[:size])
    tree.verify_inclusion(LEAVES[index], index, size, tree.inclusion_proof(index, size, reader), root)
    proof = tree.consistency_proof(first, size, reader)
    tree.verify_consistency(first, size, proof, tree.root_of(LEAVES[:first]), root)


def test_each_tile_is_fetched_once() -> None:
    fetched: list[Tile] = []
    reader = TileReader(BIG, lambda tile: fetched.append(tile) or serve(tile))
    for index in (0, 1, 255, BIG - 1):
        tree.inclusion_proof(index, BIG, reader)
    assert len(fetched) == len(set(fetched)) <= 6


def test_a_full_tile_may_stand_in_for_the_partial_one_it_replaced() -> None:
    reader = TileReader(300, lambda tile: serve(Tile(tile.level, tile.index)))
    assert tree.root(300, reader) == tree.root_of(LEAVES[:300])


def test_a_tile_of_another_width_is_refused() -> None:
    reader = TileReader(300, lambda tile: serve(Tile(tile.level, tile.index, tile.width))[:-32])
    with pytest.raises(TileError):
        tree.root(300, reader)


def test_a_subtree_beyond_the_log_is_refused() -> None:
    with pytest.raises(TileError):
        TileReader(300, serve)([tree.Node(3, 37)])


def test_completed_subtrees_of_every_eighth_level_are_the_tiles() -> None:
    completed = dict(Frontier().grow(LEAVES[:600]).completed)
    for tile in tiles.tiles_of(600):
        first = tile.first
        hashes = [completed[tree.Node(first.level, first.index + place)] for place in range(tile.width)]
        assert tiles.tile_bytes(hashes) == serve(tile)


def test_a_full_tile_hashes_to_its_place_in_the_tile_above() -> None:
    assert tiles.tile_root(serve(Tile(0, 5))) == LEVELS[1][5]
    with pytest.raises(TileError):
        tiles.tile_root(serve(Tile(0, 273, 112)))


@pytest.mark.clause("R48I.3")
def test_a_damaged_tile_anywhere_is_found_and_named() -> None:
    size = 66_000
    root = tree.root_of(LEAVES[:size])
    assert list(tiles.damaged(size, root, serve)) == []
    for bad in tiles.tiles_of(size):
        if bad.level == 0 and bad.index % 60 and bad.width == tiles.WIDTH:
            continue
        where = 32 * (bad.width // 2) + 7

        def tampered(tile: Tile, bad: Tile = bad, where: int = where) -> bytes:
            data = bytearray(serve(tile))
            if tile == bad:
                data[where] ^= 4
            return bytes(data)

        try:
            found = list(tiles.damaged(size, root, tampered))
        except TileError:  # a tile that the root itself is made from
            continue
        assert bad in found


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert tiles.bundle_entries(tiles.bundle_bytes(entries), len(entries)) == entries


@pytest.mark.parametrize(
    ("data", "width"),
    [(b"", 0), (b"", 1), (b"\0", 1), (b"\0\2x", 1), (b"\0\1x", 2), (b"\0\1x\0\1y", 1), (b"\0\0\0", 1)],
)
def test_a_bundle_torn_too_long_or_too_short_is_refused(data: bytes, width: int) -> None:
    with pytest.raises(TileError):
        tiles.bundle_entries(data, width)


@pytest.mark.parametrize("entries", [[], [b""] * 257, [b"x" * 65_536]])
def test_what_does_not_fit_a_bundle_is_refused(entries: list[bytes]) -> None:
    with pytest.raises(TileError):
        tiles.bundle_bytes(entries)


@pytest.mark.parametrize("hashes", [[], [b"x" * 32] * 257, [b"x" * 31]])
def test_what_does_not_fit_a_tile_is_refused(hashes: list[bytes]) -> None:
    with pytest.raises(TileError):
        tiles.tile_bytes(hashes)
