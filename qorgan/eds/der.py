"""The strict border of ASN.1: bytes are DER through and through, or are refused before a library reads them.

CMS made by Java's libraries comes in BER: lengths left open and octet strings in pieces. `definite` turns just that
into DER; every other liberty of BER is refused by name. Nothing is decoded here, so nothing is believed here.
"""

from __future__ import annotations

from typing import Final

from qorgan.eds.refusal import Reason, RefusedError, demand

LARGEST: Final = 64 << 20
"""Bytes of a document with what is signed in it; a bank's CRL of all times is below this."""
_DEEPEST: Final = 40
_MOST: Final = 4_000_000
_OCTETS: Final = 0x04
_PIECES: Final = 0x24
_CONSTRUCTED: Final = 0x20
_OPEN: Final = 0x80
_STRINGS: Final = frozenset({0x0C, 0x12, 0x13, 0x14, 0x16, 0x1A, 0x1B, 0x1C, 0x1E})
_UNIVERSAL: Final = frozenset({0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x17, 0x18, 0x30, 0x31}) | _STRINGS
_LONG_TAG: Final = 0x1F
_CLASS: Final = 0xC0


class _Walk:
    """One pass over an encoding, counting what it has seen."""

    def __init__(self, data: bytes, *, ber: bool) -> None:
        self.data = data
        self.ber = ber
        self.seen = 0

    def header(self, at: int, end: int) -> tuple[int, int, int | None]:
        """The tag, where the content starts, and its length; None when the length is left open."""
        self.seen += 1
        _check(self.seen <= _MOST, "more parts than can be meant")
        _check(at + 2 <= end, "it ends in the middle of a header")
        tag, first = self.data[at], self.data[at + 1]
        _check(tag & _LONG_TAG != _LONG_TAG, "a tag is of the long form")
        if first < _OPEN:
            return tag, at + 2, first
        if first == _OPEN:
            _check(self.ber and tag & _CONSTRUCTED, "a length is left open")
            return tag, at + 2, None
        width = first & 0x7F
        _check(width <= 4 and at + 2 + width <= end, "a length is too long")  # noqa: PLR2004 - LARGEST fits in four
        length = int.from_bytes(self.data[at + 2 : at + 2 + width], "big")
        _check(length >= _OPEN and length >> (8 * (width - 1)), "a length is not of the shortest form")
        return tag, at + 2 + width, length

    def element(self, at: int, end: int, depth: int) -> tuple[bytes, int]:
        """One element in DER, and where the next one starts."""
        _check(depth <= _DEEPEST, "it is nested too deep")
        tag, start, length = self.header(at, end)
        stop = end if length is None else start + length
        _check(stop <= end, "a part is longer than the whole")
        if not tag & _CONSTRUCTED:
            content = self.data[start:stop]
            _check_primitive(tag, content)
            return self.data[at:stop], stop
        parts, at_end = self.parts(start, stop, depth, open_ended=length is None)
        if tag == _PIECES:
            _check(self.ber, "an octet string is in pieces")
            whole = b"".join(_piece(part) for part in parts)
            return encode(_OCTETS, whole), at_end
        if tag & _CLASS == 0:
            _check(tag in _UNIVERSAL, f"tag {tag:02x} has no place here")
        if length is not None and not self.ber:
            return self.data[at:stop], at_end
        return encode(tag, b"".join(parts)), at_end

    def parts(self, at: int, end: int, depth: int, *, open_ended: bool) -> tuple[list[bytes], int]:
        """The elements of a constructed one, and where it ends."""
        found: list[bytes] = []
        while at < end:
            if open_ended and self.data[at : at + 2] == b"\0\0":
                return found, at + 2
            part, at = self.element(at, end, depth + 1)
            found.append(part)
        _check(not open_ended, "a part left open is never closed")
        return found, end


def strict(data: bytes) -> bytes:
    """The same bytes, if they are one element in DER. Raises RefusedError."""
    demand(len(data) <= LARGEST, Reason.TOO_LARGE, f"At most {LARGEST} bytes are read")
    _, end = _Walk(data, ber=False).element(0, len(data), 0)
    _check(end == len(data), "bytes follow its end")
    return data


def definite(data: bytes) -> bytes:
    """One element in DER, made of one that may leave lengths open and give octet strings in pieces."""
    demand(len(data) <= LARGEST, Reason.TOO_LARGE, f"At most {LARGEST} bytes are read")
    made, end = _Walk(data, ber=True).element(0, len(data), 0)
    _check(end == len(data), "bytes follow its end")
    return made


def children(data: bytes) -> list[bytes]:
    """The parts of a constructed element that is in DER already."""
    walk = _Walk(data, ber=False)
    _, start, length = walk.header(0, len(data))
    found, at = [], start
    end = start + (length or 0)
    while at < end:
        _, inner, size = walk.header(at, end)
        stop = inner + (size or 0)
        found.append(data[at:stop])
        at = stop
    return found


def set_of(parts: list[bytes]) -> bytes:
    """A SET OF in DER: its elements in the order of their encodings."""
    return encode(0x31, b"".join(sorted(parts)))


def _piece(part: bytes) -> bytes:
    """The content of one piece of an octet string."""
    _check(part[:1] == bytes([_OCTETS]), "a piece of an octet string is something else")
    return part[2 if part[1] < _OPEN else 2 + (part[1] & 0x7F) :]


def encode(tag: int, content: bytes) -> bytes:
    """An element with the shortest length."""
    size = len(content)
    if size < _OPEN:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, _OPEN | len(length)]) + length + content


def _check_primitive(tag: int, content: bytes) -> None:
    """What DER asks of the types whose content has more than one spelling."""
    if tag & _CLASS:
        return
    _check(tag in _UNIVERSAL and tag not in (0x30, 0x31), f"tag {tag:02x} has no place here")
    if tag == 0x01:
        _check(content in (b"\0", b"\xff"), "a truth value is neither nought nor all ones")
    elif tag in (0x02, 0x0A):
        _check(content, "a number is empty")
        _check(len(content) == 1 or content[0] not in (0, 0xFF) or (content[0] ^ content[1]) & 0x80,
               "a number is not of the shortest form")  # fmt: skip
    elif tag == 0x03:  # noqa: PLR2004 - a bit string
        _check_bits(content)
    elif tag == 0x05:  # noqa: PLR2004 - null
        _check(not content, "a null has content")
    elif tag == 0x06:  # noqa: PLR2004 - an object identifier
        _check(content and content[-1] < _OPEN, "an identifier is cut short")
        leads = zip(b"\0" + content, content, strict=False)
        _check(not any(byte == _OPEN and before < _OPEN for before, byte in leads), "an identifier is padded")


def _check_bits(content: bytes) -> None:
    """Unused bits are at most seven, and nought."""
    _check(content and content[0] < 8 and (len(content) > 1 or not content[0]), "a bit string is broken")  # noqa: PLR2004
    if content[0]:
        _check(not content[-1] & ((1 << content[0]) - 1), "unused bits are not nought")


def _check(holds: object, said: str) -> None:
    if not holds:
        raise RefusedError(Reason.MALFORMED, f"This is not DER: {said}")
