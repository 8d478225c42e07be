"""Pictures that stand for faces: a pattern drawn from a number, so that one person's resemble each other.

They are of nobody and no recognition is done: two are alike as far as their points are.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
import zlib
from itertools import chain
from typing import Final

SIDE: Final = 64
_BLOCK: Final = 8
_NOISE: Final = 12
THRESHOLD: Final = 0.85
"""How alike two pictures must be to count as one person's."""
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def reference(iin: str) -> bytes:
    """The picture that a registry holds of somebody, as PNG."""
    seed = hashlib.shake_256(f"sandbox face {iin}".encode()).digest((SIDE // _BLOCK) ** 2)
    points = (
        _oval(x, y) and 55 + seed[y // _BLOCK * (SIDE // _BLOCK) + x // _BLOCK] * 200 // 256
        for y in range(SIDE)
        for x in range(SIDE)
    )
    return _png(bytes(points))


def live(iin: str) -> bytes:
    """A picture that a camera takes of them: the same face in another light."""
    noise = secrets.token_bytes(SIDE * SIDE)
    points = _points(reference(iin))
    return _png(bytes(min(255, point + grain % _NOISE) for point, grain in zip(points, noise, strict=True)))


def likeness(one: bytes, other: bytes) -> float:
    """How alike two pictures are, from 0 to 1. The ground around the face says nothing."""
    pairs = [
        (a, b)
        for at, (a, b) in enumerate(zip(_points(one), _points(other), strict=True))
        if _oval(at % SIDE, at // SIDE)
    ]
    return round(1 - sum(abs(a - b) for a, b in pairs) / len(pairs) / 100, 4) if pairs else 0.0


def _oval(x: int, y: int) -> int:
    """1 inside the face, 0 on the ground."""
    half = SIDE / 2
    return int(((x - half) / (half * 0.75)) ** 2 + ((y - half) / half) ** 2 <= 1)


def _png(points: bytes) -> bytes:
    rows = chain.from_iterable((b"\0", points[at : at + SIDE]) for at in range(0, SIDE * SIDE, SIDE))
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"".join(rows))) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _points(png: bytes) -> bytes:
    """The points of a picture that was made here."""
    start = png.index(b"IDAT") + 4
    rows = zlib.decompressobj().decompress(png[start:])
    return b"".join(rows[at + 1 : at + 1 + SIDE] for at in range(0, len(rows), SIDE + 1))
