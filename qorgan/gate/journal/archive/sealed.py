"""A file sealed with AES-256-GCM in pieces, so that a reader opens only those it needs.

    qorgan sealed file 1 ⏎  length of the head (4 bytes)  head (JSON)  piece 0  piece 1  …  last piece

Each file has a key of its own, which the head carries wrapped by the gate's key ring. The nonce of a piece is its
number and whether it is the last; its additional data is the head. So no piece can be changed, moved, left out or taken
from another file, nor the end be cut off (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár).
"""

from __future__ import annotations

import io
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qorgan.gate.journal.archive.errors import ArchiveDamaged, ArchiveForeign, ArchiveMissing
from qorgan.ledger.canonical import canonical, from_base64, to_base64
from qorgan.ledger.errors import NoteError

PIECE: Final = 1 << 16
_TAG: Final = 16
_MAGIC: Final = b"qorgan sealed file 1\n"
_LENGTH: Final = 4
_LARGEST_HEAD: Final = 1 << 16
_KEY_BITS: Final = 256
_HELD: Final = 32
"""Pieces that a reader keeps open: 2 MiB."""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said in the open, and vouched for by every piece."""

    origin: str
    """Whose file it is."""
    about: str
    """What is in it: `journal/2026-08-01`."""
    key: str
    """The file's key, wrapped by the key ring, in base64."""
    piece: int = PIECE


class Sealing(io.RawIOBase):
    """Writes a sealed file. Only `finish` makes it whole: what was left before is refused by every reader."""

    def __init__(self, file: BinaryIO, *, origin: str, about: str, wrap: Callable[[bytes], bytes]) -> None:
        super().__init__()
        key = AESGCM.generate_key(_KEY_BITS)
        self._file = file
        self._cipher = AESGCM(key)
        self._head = canonical(Head(origin, about, to_base64(wrap(key))))
        self._held = bytearray()
        self._number = 0
        self._written = 0
        file.write(_MAGIC + len(self._head).to_bytes(_LENGTH, "big") + self._head)

    def writable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Bytes of the content so far."""
        return self._written

    def write(self, data: object, /) -> int:
        """Seal as many whole pieces as there are, but for the last."""
        given = bytes(data)  # type: ignore[call-overload]  # whatever has a buffer
        self._held += given
        self._written += len(given)
        while len(self._held) > PIECE:
            self._seal(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(given)

    def finish(self) -> None:
        """Seal the last piece."""
        self._seal(bytes(self._held), last=True)
        self._held.clear()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, self._head))
        self._number += 1


class Sealed(io.RawIOBase):
    """Reads a sealed file from anywhere in it. Each thread has a place of its own: DuckDB's share one file."""

    def __init__(self, path: Path, *, unwrap: Callable[[bytes], bytes]) -> None:
        """Raises ArchiveMissing, ArchiveForeign when the key is not ours, ArchiveDamaged when the end is not whole."""
        super().__init__()
        self.path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise ArchiveMissing(f"{path}: {error.strerror}; put the archive back from a copy") from None
        try:
            raw = self._read_head()
            self.head, self._head = self._parse(raw), raw
            self._cipher = AESGCM(self._key(unwrap))
            self._start = self._file.tell()
            body = os.fstat(self._file.fileno()).st_size - self._start
            whole, rest = divmod(body, self.head.piece + _TAG)
            self._pieces = whole + bool(rest)
            self.size = body - self._pieces * _TAG
            self._open: OrderedDict[int, bytes] = OrderedDict()
            self._changing = threading.Lock()
            self._places = threading.local()
            self._piece(max(0, self._pieces - 1))
        except BaseException:
            self._file.close()
            raise

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return getattr(self._places, "place", 0)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place of the content."""
        self._places.place = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: self.size}[whence] + offset
        return self.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes. Raises ArchiveDamaged."""
        place = self.tell()
        wanted = self.size - place if size is None or size < 0 else min(size, self.size - place)
        found = bytearray()
        while wanted > 0:
            number, within = divmod(place, self.head.piece)
            part = self._piece(number)[within : within + wanted]
            found += part
            place += len(part)
            wanted -= len(part)
        self._places.place = place
        return bytes(found)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()

    def _read_head(self) -> bytes:
        magic = self._file.read(len(_MAGIC))
        length = int.from_bytes(self._file.read(_LENGTH), "big")
        if magic != _MAGIC or length > _LARGEST_HEAD:
            raise ArchiveForeign(f"{self.path}: this is not a sealed file")
        return self._file.read(length)

    def _parse(self, raw: bytes) -> Head:
        try:
            head = msgspec.json.decode(raw, type=Head)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ArchiveDamaged(f"{self.path}: its head cannot be read; put the archive back from a copy") from None
        if head.piece != PIECE:
            raise ArchiveForeign(f"{self.path}: its pieces are of another size than this release's")
        return head

    def _key(self, unwrap: Callable[[bytes], bytes]) -> bytes:
        try:
            return unwrap(from_base64(self.head.key))
        except (NoteError, ValueError, LookupError, InvalidTag):
            raise ArchiveForeign(
                f"{self.path}: it is sealed with a key that is not in this gate's ring; bring the ring that sealed it"
            ) from None

    def _piece(self, number: int) -> bytes:
        held = self._open.get(number)
        if held is not None:
            return held
        length = self.head.piece + _TAG
        # Its place and its bytes in one call: another thread may read the same file.
        sealed = os.pread(self._file.fileno(), length, self._start + number * length)
        nonce = _nonce(number, last=number == self._pieces - 1)
        try:
            piece = self._cipher.decrypt(nonce, sealed, self._head)
        except (InvalidTag, ValueError):
            raise ArchiveDamaged(
                f"{self.path}: piece {number} is not what was sealed; put the archive back from a copy"
            ) from None
        with self._changing:
            self._open[number] = piece
            if len(self._open) > _HELD:
                self._open.popitem(last=False)
        return piece


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
