"""GOST 34.311-95: the hash of the older signatures (RFC 5831, GOST R 34.11-94), with the test parameter set.

KZ certificates of 2004's algorithm use the substitution called id-GostR3411-94-TestParamSet, not CryptoPro's.
"""

from __future__ import annotations

from typing import Final

_BLOCK: Final = 32
_MASK32: Final = (1 << 32) - 1
_MASK64: Final = (1 << 64) - 1
_MODULUS: Final = 1 << 256
_SUBSTITUTION: Final = (
    "4A92D80E6B1C7F53",
    "EB4C6DFA23810759",
    "581DA342EFC7609B",
    "7DA1089FE46CB253",
    "6C715FD84A9E03B2",
    "4BA0721D36859CFE",
    "DB413F590AE7682C",
    "1FD057A4923E6B8C",
)
"""One row for each half-byte of a word, lowest first; a hexadecimal digit is the value that stands for its place."""
_C3: Final = 0xFF00FFFF000000FFFF0000FF00FFFF0000FF00FF00FF00FFFF00FF00FF00FF00
_ORDER: Final = (*range(8), *range(8), *range(8), *range(7, -1, -1))


def _tables() -> tuple[tuple[int, ...], ...]:
    """For each byte of a word: two substitutions and the rotation by eleven in one look-up."""
    tables = []
    for byte in range(4):
        low, high = _SUBSTITUTION[2 * byte], _SUBSTITUTION[2 * byte + 1]
        table = []
        for value in range(256):
            word = (int(low[value & 15], 16) | int(high[value >> 4], 16) << 4) << (8 * byte)
            table.append((word << 11 | word >> 21) & _MASK32)
        tables.append(tuple(table))
    return tuple(tables)


_T0, _T1, _T2, _T3 = _tables()


def _encrypt(key: int, block: int) -> int:
    """One block of 64 bits by the cipher of GOST 28147-89 under a key of 256 bits."""
    parts = [key >> (32 * i) & _MASK32 for i in range(8)]
    right, left = block & _MASK32, block >> 32
    for i in _ORDER:
        mixed = (right + parts[i]) & _MASK32
        mixed = _T0[mixed & 255] ^ _T1[mixed >> 8 & 255] ^ _T2[mixed >> 16 & 255] ^ _T3[mixed >> 24]
        left, right = right, left ^ mixed
    return right << 32 | left


def _rotate(state: int) -> int:
    """The transformation A: four words of 64 bits one place on, the last being a sum of two."""
    return state >> 64 | ((state ^ state >> 64) & _MASK64) << 192


def _permute(state: int) -> int:
    """The permutation P of 32 bytes."""
    given = state.to_bytes(_BLOCK, "little")
    return int.from_bytes(bytes(given[8 * i + k] for k in range(8) for i in range(4)), "little")


def _keys(state: int, block: int) -> list[int]:
    """The four keys of one step."""
    u, v = state, block
    keys = [_permute(u ^ v)]
    for constant in (0, _C3, 0):
        u = _rotate(u) ^ constant
        v = _rotate(_rotate(v))
        keys.append(_permute(u ^ v))
    return keys


def _psi(state: int, times: int) -> int:
    """The mixing register of sixteen words, turned so many times."""
    for _ in range(times):
        new = state ^ state >> 16 ^ state >> 32 ^ state >> 48 ^ state >> 192 ^ state >> 240
        state = state >> 16 | (new & 0xFFFF) << 240
    return state


def _step(state: int, block: int) -> int:
    """One block of the message into the state."""
    mixed = 0
    for i, key in enumerate(_keys(state, block)):
        mixed |= _encrypt(key, state >> (64 * i) & _MASK64) << (64 * i)
    return _psi(state ^ _psi(block ^ _psi(mixed, 12), 1), 61)


def gost34311(data: bytes) -> bytes:
    """The 32 bytes of GOST 34.311-95, lowest byte of the standard's vector first."""
    state = total = 0
    for at in range(0, len(data), _BLOCK):
        block = int.from_bytes(data[at : at + _BLOCK], "little")
        state = _step(state, block)
        total = (total + block) % _MODULUS
    state = _step(state, 8 * len(data))
    return _step(state, total).to_bytes(_BLOCK, "little")
