"""The signature of GOST R 34.10-2012, which GOST 34.10-2015 and GOST 34.310-2004 are too: keys, verify and sign.

Byte orders are those of KZ certificates: a public key is x then y, a signature r then s, a digest and a private number
one number each, all with the lowest byte first.

What secrets touch: signing takes the same steps for every nonce and every key (a comb with an addition in each window,
every entry of the window looked at, a random start, the private number always masked), but Python's integers do not
take the same time for every value, and nothing here hides memory access from a neighbour on the machine. Sign with it
for tests and on machines of your own; people's keys stay in NCALayer.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

import msgspec

from qorgan.eds.gost.curves import INFINITY, Curve, Jacobian

_BLIND_BITS: Final = 64


class PublicKey(msgspec.Struct, frozen=True):
    """A point of a curve, already found to lie on it."""

    curve: Curve
    x: int
    y: int

    @classmethod
    def from_bytes(cls, curve: Curve, raw: bytes) -> PublicKey:
        """Read x‖y, lowest bytes first. Raises ValueError when it is no point of the right order."""
        if len(raw) != 2 * curve.size:
            raise ValueError(f"a public key of {curve.name} has {2 * curve.size} bytes")
        x, y = int.from_bytes(raw[: curve.size], "little"), int.from_bytes(raw[curve.size :], "little")
        if not curve.holds(x, y):
            raise ValueError(f"the public key is no point of {curve.name}")
        # Only a curve with a cofactor has points of another order.
        if curve.q.bit_length() < curve.p.bit_length() and curve.times((x, y), curve.q)[2]:
            raise ValueError("the public key is outside the group of the base point")
        return cls(curve, x, y)

    def to_bytes(self) -> bytes:
        """x‖y, lowest bytes first."""
        size = self.curve.size
        return self.x.to_bytes(size, "little") + self.y.to_bytes(size, "little")

    def verifies(self, digest: bytes, signature: bytes) -> bool:
        """Whether r‖s is this key's signature of the digest."""
        curve = self.curve
        size, q = curve.size, curve.q
        if len(digest) != size or len(signature) != 2 * size:
            return False
        r, s = int.from_bytes(signature[:size], "little"), int.from_bytes(signature[size:], "little")
        if not (0 < r < q and 0 < s < q):
            return False
        v = pow(_number(digest, q), -1, q)
        point = curve.base_times(s * v % q, curve.times((self.x, self.y), -r * v % q))
        return bool(point[2]) and curve.affine([point])[0][0] % q == r


class PrivateKey(msgspec.Struct, frozen=True):
    """A number below the order of a curve. Never printed."""

    curve: Curve
    number: int

    def __repr__(self) -> str:
        return f"PrivateKey({self.curve.name})"

    @classmethod
    def generate(cls, curve: Curve) -> PrivateKey:
        """A new key from the system's randomness."""
        return cls(curve, 1 + secrets.randbelow(curve.q - 1))

    @classmethod
    def from_bytes(cls, curve: Curve, raw: bytes) -> PrivateKey:
        """Read a number, lowest byte first. Raises ValueError when it is not below the order."""
        number = int.from_bytes(raw, "little")
        if len(raw) != curve.size or not 0 < number < curve.q:
            raise ValueError(f"this is no private key of {curve.name}")
        return cls(curve, number)

    def to_bytes(self) -> bytes:
        """The number, lowest byte first."""
        return self.number.to_bytes(self.curve.size, "little")

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(self.curve, *_secret_base_times(self.curve, self.number))

    def sign(self, digest: bytes, nonce: Callable[[int], int] = secrets.randbelow) -> bytes:
        """r‖s over a digest as long as the curve. `nonce` gives a number below q, anew at each call."""
        curve = self.curve
        q = curve.q
        if len(digest) != curve.size:
            raise ValueError(f"a digest for {curve.name} has {curve.size} bytes")
        e = _number(digest, q)
        while True:
            k = nonce(q)
            if not k:
                continue
            r = _secret_base_times(curve, k)[0] % q
            # The private number is never multiplied bare.
            mask = 1 + secrets.randbelow(q - 1)
            s = (r * (self.number * mask % q) + k * mask % q * e) * pow(mask, -1, q) % q
            if r and s:
                return r.to_bytes(curve.size, "little") + s.to_bytes(curve.size, "little")


def _number(digest: bytes, q: int) -> int:
    """The digest as the standard's e, never nought."""
    return int.from_bytes(digest, "little") % q or 1


def _secret_base_times(curve: Curve, secret: int) -> tuple[int, int]:
    """The base point times a secret number, in as many steps whatever the number is."""
    start = 1 + secrets.randbelow((1 << _BLIND_BITS) - 1)
    q = curve.q
    # The walk begins at a random point, so that it never stands at infinity and never at the same place twice.
    hidden = (secret - start) % q
    point: Jacobian = curve.base_times(start)
    for row in curve.comb:
        digit = hidden & 15
        hidden >>= 4
        added = curve.add(point, _pick(row, digit))
        point = (added, point)[digit == 0]
    if point == INFINITY or not point[2]:
        raise ValueError("the number is nought")
    return curve.affine([point])[0]


def _pick(row: list[tuple[int, int]], digit: int) -> tuple[int, int]:
    """One entry of a window, every entry having been looked at; for nought, one that is thrown away."""
    x = y = 0
    for place, (px, py) in enumerate(row, 1):
        mask = -(place == digit)
        x |= px & mask
        y |= py & mask
    mask = -(digit == 0)
    return x | row[0][0] & mask, y | row[0][1] & mask
