"""Files inside zip, gzip and tar, by their digests, whatever the archive says of itself.

Nothing is written anywhere. What comes out is counted as it comes, so that no bomb and no false size costs more than
the bounds; an archive that is encrypted, of another kind, or beyond the bounds is said to be so and not opened.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

from msgspec import Struct

from qorgan.module.mail import bounds
from qorgan.module.mail.part import Budget

_PIECE: Final = 256 * 1024
_OPENED_METHODS: Final = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
"""Others ask for memory of a size that the archive names."""
_DIRECTORY_END: Final = b"PK\x05\x06"
_LONG_LOCATOR: Final = b"PK\x06\x07"
_MOST_DIRECTORY: Final = 1024 * 1024
"""Bytes of a zip's list of files, which the library reads whole."""
_ENCRYPTED: Final = 0x1
_BLOCK: Final = 512
_OTHERS: Final = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"MSCF": "cab",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, RuntimeError),
    *(LookupError, TypeError, OverflowError, NotImplementedError, AttributeError, MemoryError),
)
"""What the library raises for archives that nobody would make."""

ENCRYPTED: Final = "an archive is encrypted; what is in it is not known"
TOO_MUCH: Final = "an archive holds more than is looked at"
BROKEN: Final = "an archive is damaged"


class Inner(Struct, frozen=True):
    """A file in an archive."""

    name: str
    size: int
    sha256: str


def files_in(content: bytes, budget: Budget, depth: int = 0) -> list[Inner]:
    """The files of an archive and of archives inside; none for what is no archive that can be opened."""
    kind = kind_of(content)
    if not kind:
        return []
    if depth >= bounds.MOST_NESTED:
        budget.note("archives are nested too deeply; the innermost were not opened")
        return []
    if kind not in _OPENERS:
        budget.note(f"an archive of the kind {kind} was not opened")
        return []
    found: list[Inner] = []
    try:
        for name, digest, size, held in _OPENERS[kind](content, budget):
            if name:
                found.append(Inner(name, size, digest))
            if held and kind_of(held):
                found += files_in(held, budget, depth + 1)
    except _BROKEN:
        budget.note(BROKEN)
    return found


def kind_of(content: bytes) -> str:
    """Of which kind an archive is, by its bytes; '' for what is none."""
    if content.startswith((b"PK\x03\x04", _DIRECTORY_END)):
        return "zip"
    if content.startswith(b"\x1f\x8b"):
        return "gzip"
    if content[257:262] == b"ustar":
        return "tar"
    return next((name for magic, name in _OTHERS.items() if content.startswith(magic)), "")


_Opened = Iterator[tuple[str, str, int, bytes]]
"""Name, digest, size of each file, and its content when that is short enough to be looked into."""


def _zipped(content: bytes, budget: Budget) -> _Opened:
    end = content.rfind(_DIRECTORY_END, max(0, len(content) - 66_000))
    if end < 0:
        raise zipfile.BadZipFile
    if content[max(0, end - 20) : end].startswith(_LONG_LOCATOR):
        budget.note("an archive of the kind zip64 was not opened")
        return
    if int.from_bytes(content[end + 12 : end + 16], "little") > _MOST_DIRECTORY:
        budget.note(TOO_MUCH)
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            if not _may_take(budget):
                return
            if entry.flag_bits & _ENCRYPTED:
                budget.note(ENCRYPTED)
            elif entry.compress_type not in _OPENED_METHODS:
                budget.note("a file in an archive is packed in a rare way and was not looked at")
            else:
                with archive.open(entry) as file:
                    yield entry.filename, *_read(file, budget)


def _gunzipped(content: bytes, budget: Budget) -> _Opened:
    if not _may_take(budget):
        return
    digest, size, held = _read(_Inflating(content), budget)
    # What a gzip holds has no name of its own that means anything; a tar is told by its own files.
    yield "" if kind_of(held) == "tar" else "gz", digest, size, held


def _untarred(content: bytes, budget: Budget) -> _Opened:
    at = 0
    while at + _BLOCK <= len(content) and content[at] != 0:
        head = content[at : at + _BLOCK]
        size = _octal(head[124:136])
        begin = at + _BLOCK
        if head[257:262] != b"ustar" or size < 0 or begin + size > len(content):
            budget.note(BROKEN)
            return
        # Regular files; the rest are folders, links, and notes on other entries.
        if head[156:157] in {b"0", b"\0", b"7"}:
            if not _may_take(budget):
                return
            yield (
                head[:100].rstrip(b"\0").decode("utf-8", "replace"),
                *_read(io.BytesIO(content[begin : begin + size]), budget),
            )
        at = begin + -(-size // _BLOCK) * _BLOCK


_OPENERS: Final = {"zip": _zipped, "gzip": _gunzipped, "tar": _untarred}


class _Inflating:
    """A gzip that is inflated piece by piece."""

    def __init__(self, content: bytes) -> None:
        self._inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._left = content

    def read(self, most: int) -> bytes:
        """The next piece."""
        if self._inflater.eof:
            return b""
        piece = self._inflater.decompress(self._left, most)
        self._left = self._inflater.unconsumed_tail
        if not piece and not self._inflater.eof:
            raise EOFError
        return piece


def _read(file: _Inflating | IO[bytes], budget: Budget) -> tuple[str, int, bytes]:
    """Digest, size and content. The content is empty when it is long; the digest too, when not all could be read."""
    digest, size, pieces = hashlib.sha256(), 0, list[bytes]()
    while piece := file.read(_PIECE):
        size += len(piece)
        budget.unpacked -= len(piece)
        if budget.unpacked < 0:
            budget.note(TOO_MUCH)
            return "", size, b""
        digest.update(piece)
        if size <= bounds.MOST_HELD:
            pieces.append(piece)
    return digest.hexdigest(), size, b"".join(pieces) if size <= bounds.MOST_HELD else b""


def _may_take(budget: Budget) -> bool:
    budget.files -= 1
    if budget.files < 0 or budget.unpacked < 0:
        budget.note(TOO_MUCH)
        return False
    return True


def _octal(digits: bytes) -> int:
    """A size as tar writes it; -1 for what is none."""
    text = digits.strip(b" \0")
    try:
        return int(text, 8) if text else 0
    except ValueError:
        return -1
