"""The curves of KZ keys, and arithmetic on them in Jacobian coordinates.

A point at infinity has z = 0. The arithmetic is that of the textbook, written for speed; what of it depends on secret
numbers, and what is done about it, stands in `signature`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

Affine: TypeAlias = tuple[int, int]
Jacobian: TypeAlias = tuple[int, int, int]

INFINITY: Final[Jacobian] = (1, 1, 0)
_WINDOW: Final = 4
_NAF: Final = 5


@dataclass(frozen=True)
class Curve:
    """y² = x³ + ax + b over the field of p elements; a base point whose order is the prime q."""

    name: str
    p: int
    a: int
    b: int
    q: int
    x: int
    y: int
    size: int = field(default=0)
    """Bytes of a coordinate, of a private number and of each half of a signature."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", self.size or (self.p.bit_length() + 7) // 8)

    def __hash__(self) -> int:
        return hash(self.name)

    def holds(self, x: int, y: int) -> bool:
        """Whether these are the coordinates of a point of the curve."""
        if not (0 <= x < self.p and 0 <= y < self.p):
            return False
        return (y * y - (x * x + self.a) * x - self.b) % self.p == 0

    def double(self, point: Jacobian) -> Jacobian:
        """Twice a point."""
        x, y, z = point
        p = self.p
        if not z:
            return point
        yy = y * y % p
        s = 4 * x * yy % p
        zz = z * z % p
        # Where a = -3, three squarings become one product.
        m = 3 * (x - zz) * (x + zz) % p if self.a == p - 3 else (3 * x * x + self.a * zz * zz) % p
        nx = (m * m - 2 * s) % p
        return nx, (m * (s - nx) - 8 * yy * yy) % p, 2 * y * z % p

    def add(self, one: Jacobian, other: Affine) -> Jacobian:
        """The sum of a point and one given by its affine coordinates."""
        x1, y1, z1 = one
        x2, y2 = other
        p = self.p
        if not z1:
            return x2, y2, 1
        zz = z1 * z1 % p
        h = (x2 * zz - x1) % p
        r = (y2 * zz * z1 - y1) % p
        if not h:
            return INFINITY if r else self.double(one)
        hh = h * h % p
        hhh = h * hh % p
        v = x1 * hh % p
        nx = (r * r - hhh - 2 * v) % p
        return nx, (r * (v - nx) - y1 * hhh) % p, z1 * h % p

    def affine(self, points: list[Jacobian]) -> list[Affine]:
        """Affine coordinates of points none of which is at infinity, by one inversion for them all."""
        p = self.p
        products = [1]
        for _, _, z in points:
            products.append(products[-1] * z % p)
        inverse = pow(products[-1], -1, p)
        found: list[Affine] = []
        for (x, y, z), before in zip(reversed(points), reversed(products[:-1]), strict=True):
            own = inverse * before % p
            inverse = inverse * z % p
            square = own * own % p
            found.append((x * square % p, y * square * own % p))
        return found[::-1]

    @cached_property
    def comb(self) -> list[list[Affine]]:
        """For each window of four bits, the base point times 1 to 15 at that place."""
        rows: list[Jacobian] = []
        start: Affine = (self.x, self.y)
        for _ in range(2 * self.size + 1):
            row: list[Jacobian] = [(*start, 1)]
            for _ in range(14):
                row.append(self.add(row[-1], start))
            rows += row
            start = self.affine([self.add(row[-1], start)])[0]
        flat = self.affine(rows)
        return [flat[i : i + 15] for i in range(0, len(flat), 15)]

    def base_times(self, number: int, start: Jacobian = INFINITY) -> Jacobian:
        """The base point times a public number below q, added to `start`."""
        place = 0
        while number:
            if digit := number & 15:
                start = self.add(start, self.comb[place][digit - 1])
            number >>= _WINDOW
            place += 1
        return start

    def times(self, point: Affine, number: int) -> Jacobian:
        """A point times a public number, by the non-adjacent form of width five."""
        twice = self.affine([self.double((*point, 1))])[0]
        odd: list[Jacobian] = [(*point, 1)]
        for _ in range(7):
            odd.append(self.add(odd[-1], twice))
        table = self.affine(odd)
        found = INFINITY
        for digit in reversed(_digits(number)):
            found = self.double(found)
            if digit > 0:
                found = self.add(found, table[digit >> 1])
            elif digit < 0:
                x, y = table[-digit >> 1]
                found = self.add(found, (x, self.p - y))
        return found


def _digits(number: int) -> list[int]:
    """The non-adjacent form of width five: odd digits between -15 and 15, or nought, lowest first."""
    digits = []
    while number:
        digit = 0
        if number & 1:
            digit = number & 31
            if digit > 15:  # noqa: PLR2004 - the upper half of the window counts down
                digit -= 32
            number -= digit
        digits.append(digit)
        number >>= 1
    return digits


_PRIME_256: Final = (1 << 256) - 617
_PRIME_512: Final = (1 << 512) - 569

TC26_512_A: Final = Curve(
    name="id-tc26-gost-3410-12-512-paramSetA",
    p=_PRIME_512,
    a=_PRIME_512 - 3,
    b=0xE8C2505DEDFC86DDC1BD0B2B6667F1DA34B82574761CB0E879BD081CFD0B6265EE3CB090F30D27614CB4574010DA90DD862EF9D4EBEE4761503190785A71C760,
    q=(1 << 512) - (1 << 256) + 0x27E69532F48D89116FF22B8D4E0560609B4B38ABFAD2B85DCACDB1411F10B275,
    x=3,
    y=0x7503CFE87A836AE3A61B8816E25450E6CE5E1C93ACF1ABC1778064FDCBEFA921DF1626BE4FD036E93D75E6A50E3A41E98028FE5FC235F5B889A589CB5215F2A4,
)
"""The curve of GOST 34.10-2015 keys with 512 bits (RFC 7836, A.2)."""

CRYPTOPRO_A: Final = Curve(
    name="id-GostR3410-2001-CryptoPro-A-ParamSet",
    p=_PRIME_256,
    a=_PRIME_256 - 3,
    b=166,
    q=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF6C611070995AD10045841B09B761B893,
    x=1,
    y=0x8D91E471E0989CDA27DF505A453F2B7635294F2DDF23E3B122ACC99C9E9F1E14,
)
"""The curve of GOST 34.310-2004 keys (RFC 4357, 11.4)."""

TC26_256_A: Final = Curve(
    name="id-tc26-gost-3410-2012-256-paramSetA",
    p=_PRIME_256,
    a=0xC2173F1513981673AF4892C23035A27CE25E2013BF95AA33B22C656F277E7335,
    b=0x295F9BAE7428ED9CCC20E7C359A9D41A22FCCD9108E17BF7BA9337A6F8AE9513,
    q=0x400000000000000000000000000000000FD8CDDFC87B6635C115AF556C360C67,
    x=0x91E38443A5E82C0D880923425712B2BB658B9196932E02C78B2582FE742DAA28,
    y=0x32879423AB1A0375895786C4BB46E9565FDE0B5344766740AF268ADB32322E5C,
)
"""The curve of GOST 34.10-2015 keys with 256 bits (RFC 7836, A.1); its order is a quarter of the number of points."""
