"""The C2SP tlog-tiles layout: where a hash of the tree lies, tiles and entry bundles as bytes, and reading.

A tile at level L holds up to 256 hashes of the tree's own level 8L. Only full tiles are hashed into the
level above; a partial tile exists for the right edge of a signed size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from qorgan.ledger.errors import TileError
from qorgan.ledger.tree import HASH_SIZE, Node, root, root_of

HEIGHT = 8
"""Levels of the tree that one tile spans."""

WIDTH = 1 << HEIGHT
"""Hashes in a full tile, and entries in a full bundle."""

CHECKPOINT_PATH = "checkpoint"
"""Where the newest signed head is served; the only resource that changes."""

_TOP_LEVEL = 63
_ENTRY_LENGTH_BYTES = 2
_LONGEST_ENTRY = (1 << 8 * _ENTRY_LENGTH_BYTES) - 1
_NUMBER = r"(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
_HASHES_PATH = re.compile(r"tile/(?P<level>0|[1-9][0-9]?)/" + _NUMBER)
_ENTRIES_PATH = re.compile(r"tile/entries/" + _NUMBER)


@dataclass(frozen=True, slots=True)
class Tile:
    """The coordinates of one tile of hashes."""

    level: int
    index: int
    width: int = WIDTH
    """Hashes in it; fewer than 256 makes it partial."""

    @property
    def path(self) -> str:
        """Where it is served, below the log's prefix."""
        return f"tile/{self.level}/{_number(self.index, self.width)}"

    @property
    def first(self) -> Node:
        """The first subtree it holds; the other `width - 1` follow at the same level of the tree."""
        return Node(self.level * HEIGHT, self.index * WIDTH)

    @classmethod
    def parse(cls, path: str) -> Tile:
        """Read a path. Raises TileError on any but the one spelling the layout gives each tile."""
        found = _HASHES_PATH.fullmatch(path)
        tile = cls(int(found["level"]), *_coordinates(found)) if found else None
        if tile is None or tile.path != path or tile.level > _TOP_LEVEL:
            raise TileError(f"{path!r} is not the path of a tile")
        return tile


@dataclass(frozen=True, slots=True)
class Bundle:
    """The coordinates of one bundle of entries, side by side with the tile of level 0."""

    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served, below the log's prefix."""
        return f"tile/entries/{_number(self.index, self.width)}"

    @classmethod
    def parse(cls, path: str) -> Bundle:
        """Read a path. Raises TileError on any but the one spelling the layout gives each bundle."""
        found = _ENTRIES_PATH.fullmatch(path)
        bundle = cls(*_coordinates(found)) if found else None
        if bundle is None or bundle.path != path:
            raise TileError(f"{path!r} is not the path of an entry bundle")
        return bundle


Fetch: TypeAlias = Callable[[Tile], bytes]
"""Gives the bytes of a tile. It may answer a partial one with the full one that has replaced it."""


def tile_at(level: int, index: int, size: int) -> Tile:
    """The tile with these coordinates in a log of `size`, as wide as it is there.

    Raises TileError when the log has no hash in it yet.
    """
    width = min(WIDTH, (size >> level * HEIGHT) - index * WIDTH) if level >= 0 <= index else 0
    if width < 1:
        raise TileError(f"A log of {size} entries has no tile {level}/{index}")
    return Tile(level, index, width)


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a log of `size`, full ones and the partial one at the end of each level."""
    level = 0
    while hashes := size >> level * HEIGHT:
        yield from (tile_at(level, index, size) for index in range(-(-hashes // WIDTH)))
        level += 1


def tile_bytes(hashes: Sequence[bytes]) -> bytes:
    """A tile from its hashes, 1 to 256 of them."""
    if not 1 <= len(hashes) <= WIDTH or any(len(one) != HASH_SIZE for one in hashes):
        raise TileError(f"A tile takes 1 to {WIDTH} hashes of {HASH_SIZE} bytes")
    return b"".join(hashes)


def tile_hashes(data: bytes, width: int) -> list[bytes]:
    """The first `width` hashes of a tile that is exactly that wide, or full."""
    if len(data) not in {width * HASH_SIZE, WIDTH * HASH_SIZE} or not 1 <= width <= WIDTH:
        raise TileError(f"A tile of {width} hashes came with {len(data)} bytes")
    return [data[start : start + HASH_SIZE] for start in range(0, width * HASH_SIZE, HASH_SIZE)]


def tile_root(data: bytes) -> bytes:
    """The hash a full tile has in the tile above it."""
    return root_of(tile_hashes(data, WIDTH))


def bundle_bytes(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry after its length as two bytes. 1 to 256 entries of at most 65,535 bytes."""
    listed = list(entries)
    if not 1 <= len(listed) <= WIDTH or any(len(entry) > _LONGEST_ENTRY for entry in listed):
        raise TileError(f"A bundle takes 1 to {WIDTH} entries of at most {_LONGEST_ENTRY} bytes")
    return b"".join(len(entry).to_bytes(_ENTRY_LENGTH_BYTES, "big") + entry for entry in listed)


def bundle_entries(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle of exactly `width`. Raises TileError when it has more, fewer or a torn one."""
    entries: list[bytes] = []
    position = 0
    while position < len(data):
        start = position + _ENTRY_LENGTH_BYTES
        position = start + int.from_bytes(data[position:start], "big")
        if start > len(data) or position > len(data):
            raise TileError("The last entry of the bundle is torn")
        entries.append(data[start:position])
    if len(entries) != width or not 1 <= width <= WIDTH:
        raise TileError(f"A bundle of {width} entries came with {len(entries)}")
    return entries


class TileReader:
    """Answers for the subtrees of a log of known size out of its tiles, each fetched once and kept.

    Give it to `tree.inclusion_proof` and `tree.consistency_proof`. What it fetches is not trusted: the proof
    made from it holds only once it is verified against a signed root.
    """

    def __init__(self, size: int, fetch: Fetch) -> None:
        self._size = size
        self._fetch = fetch
        self._kept: dict[Tile, list[bytes]] = {}

    def __call__(self, nodes: Sequence[Node]) -> list[bytes]:
        """The hashes of complete subtrees. Raises TileError for one that reaches beyond the log."""
        return [self._hash(node) for node in nodes]

    def _hash(self, node: Node) -> bytes:
        level, height = divmod(node.level, HEIGHT)
        index, start = divmod(node.index << height, WIDTH)
        tile = tile_at(level, index, self._size)
        if start + (1 << height) > tile.width:
            raise TileError(f"A log of {self._size} entries has no subtree {node.level}/{node.index}")
        if tile not in self._kept:
            self._kept[tile] = tile_hashes(self._fetch(tile), tile.width)
        return root_of(self._kept[tile][start : start + (1 << height)])


def damaged(size: int, root_hash: bytes, fetch: Fetch) -> Iterator[Tile]:
    """Compare every tile of a log with the root of a signed head; gives the full tiles that differ.

    The tiles at the right edge make the root; every full tile has its hash in the tile above. A damaged
    hash thus names its own tile and, above level 0, the tile below that it no longer speaks of.
    Raises TileError when those at the edge do not lead to the root.
    """
    above = TileReader(size, fetch)
    if root(size, above) != root_hash:
        raise TileError(f"The tiles at the edge of a log of {size} entries do not lead to its signed root")
    for tile in tiles_of(size):
        if tile.width == WIDTH:
            expected = above([Node((tile.level + 1) * HEIGHT, tile.index)])
            if [tile_root(fetch(tile))] != expected:
                yield tile


def _number(index: int, width: int) -> str:
    """The index as groups of three digits, all but the last after an x, and the width of a partial one."""
    if index < 0 or not 1 <= width <= WIDTH:
        raise TileError(f"There is no tile number {index} of width {width}")
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups)) + (f".p/{width}" if width < WIDTH else "")


def _coordinates(found: re.Match[str]) -> tuple[int, int]:
    """Index and width of a matched path; a width of no partial tile is left for `_number` to refuse."""
    width = int(found["width"]) if found["width"] else WIDTH
    return int(found["number"].replace("x", "").replace("/", "")), width
