"""Streebog: the hash of GOST R 34.11-2012 (RFC 6986), 256 and 512 bits.

The digest is given in the byte order that KZ certificates, CMS and XML carry: the lowest byte of the standard's
vector first.
"""

from __future__ import annotations

import struct
from typing import Final

from qorgan.eds.gost.streebog_constants import MATRIX, ROUNDS, SUBSTITUTION

_BLOCK: Final = 64
_MODULUS: Final = 1 << 512
_LANES: Final = struct.Struct("<8Q")


def _tables() -> tuple[tuple[int, ...], ...]:
    """For each byte of a word and each value of it: the substitution and the linear step in one look-up."""
    tables = []
    for byte in range(8):
        rows = MATRIX[::-1][8 * byte : 8 * byte + 8]
        table = []
        for value in SUBSTITUTION:
            word = 0
            for bit, row in enumerate(rows):
                if value >> bit & 1:
                    word ^= row
            table.append(word)
        tables.append(tuple(table))
    return tuple(tables)


_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7 = _tables()
_CONSTANTS: Final = tuple(int.from_bytes(one, "little") for one in ROUNDS)


def _lps(state: int) -> int:
    """Substitution, transposition and linear step of one state."""
    b = state.to_bytes(_BLOCK, "little")
    lanes = [
        _T0[b[i]] ^ _T1[b[i + 8]] ^ _T2[b[i + 16]] ^ _T3[b[i + 24]]
        ^ _T4[b[i + 32]] ^ _T5[b[i + 40]] ^ _T6[b[i + 48]] ^ _T7[b[i + 56]]
        for i in range(8)
    ]  # fmt: skip
    return int.from_bytes(_LANES.pack(*lanes), "little")


def _compress(length: int, state: int, block: int) -> int:
    """The compression function g: one block of the message into the state."""
    key = _lps(state ^ length)
    mixed = block ^ key
    for constant in _CONSTANTS:
        mixed = _lps(mixed)
        key = _lps(key ^ constant)
        mixed ^= key
    return mixed ^ state ^ block


def _hash(data: bytes, start: bytes) -> int:
    """The state after the whole message, read as a number."""
    state = int.from_bytes(start * _BLOCK, "little")
    length = total = at = 0
    while len(data) - at >= _BLOCK:
        block = int.from_bytes(data[at : at + _BLOCK], "little")
        state = _compress(length, state, block)
        length += 8 * _BLOCK
        total = (total + block) % _MODULUS
        at += _BLOCK
    rest = data[at:]
    block = int.from_bytes((rest + b"\x01").ljust(_BLOCK, b"\0"), "little")
    state = _compress(length, state, block)
    length += 8 * len(rest)
    total = (total + block) % _MODULUS
    state = _compress(0, state, length)
    return _compress(0, state, total)


def streebog_512(data: bytes) -> bytes:
    """The 64 bytes of GOST R 34.11-2012 with 512 bits."""
    return _hash(data, b"\0").to_bytes(_BLOCK, "little")


def streebog_256(data: bytes) -> bytes:
    """The 32 bytes of GOST R 34.11-2012 with 256 bits."""
    return _hash(data, b"\1").to_bytes(_BLOCK, "little")[32:]
