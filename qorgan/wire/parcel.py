"""A batch as a file: the request that a module would have sent, to be carried by a one-way relay or a memory stick.

The file is encrypted to the hub's sealing key, as packages are: HPKE (RFC 9180) over the whole request. Its head, which
says how long it is, and the name of the hub are authenticated with it. Files of modules before that were signed and in
clear; the hub takes those too, for what is signed is the same.

The signature is the one of the wire (`wire.signature`), over the same headers and digest: so whoever carries the file
can change nothing of it, `intake` needs no second way to believe, and a file that comes twice or late counts once. The
hub's own import bears a longer way than its door does, see MAX_CARRIED.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from msgspec import Struct

from qorgan.ledger.canonical import from_base64
from qorgan.wire import signature
from qorgan.wire.batch import MAX_BODY, BatchRefused, SequenceRange, parse_range
from qorgan.wire.package import SUITE

MARK: Final = b"qorgan-batch 1\n"
SEALED: Final = b"qorgan-batch 2\n"
PATH: Final = "/v1/carried"
"""Where the machine in between gives a sealed file to the hub."""
CONTENT_TYPE: Final = "application/vnd.qorgan.batch.v2"
SUFFIX: Final = ".qbatch"
RECEIPT_SUFFIX: Final = ".receipt.json"
MAX_CARRIED: Final = timedelta(days=90)
"""How old a signature may be when the hub's operator takes a batch from a file."""
_MOST_HEAD: Final = 16 * 1024
_LENGTH: Final = "Content-Length"
MAX_FILE: Final = MAX_BODY + 64 * 1024
_OVERHEAD: Final = 48
"""Bytes that sealing adds: the ephemeral key and the tag."""
_created = re.compile(r";created=([0-9]{1,12})(?:;|$)")


class ParcelRefused(Exception):
    """A file is no whole batch. The reason repeats nothing of it."""


class Parcel(Struct, frozen=True, kw_only=True):
    """What a file holds."""

    headers: dict[str, str]
    """As they were signed."""
    body: bytes

    @property
    def module(self) -> str:
        """Which module says that it sends."""
        return self.headers.get(signature.MODULE, "")

    @property
    def range(self) -> SequenceRange:
        """The numbers it speaks for. Raises ParcelRefused."""
        try:
            return parse_range(self.headers.get(signature.SEQUENCE, ""))
        except BatchRefused as refused:
            raise ParcelRefused(refused.reason) from None

    @property
    def signed_at(self) -> datetime:
        """When it was signed, as the signature says. Raises ParcelRefused."""
        found = _created.search(self.headers.get("Signature-Input", ""))
        if not found:
            raise ParcelRefused("it does not say when it was signed")
        return datetime.fromtimestamp(int(found[1]), UTC)

    def write(self) -> bytes:
        """The file."""
        lines = "".join(f"{name}: {value}\n" for name, value in {**self.headers, _LENGTH: str(len(self.body))}.items())
        return MARK + lines.encode("ascii") + b"\n" + self.body

    @property
    def name(self) -> str:
        """What its file is called: the order of names is that of the numbers."""
        return f"{self.module}-{self.range.first:016}-{self.range.last:016}{SUFFIX}"


def read(content: bytes) -> Parcel:
    """What a file holds. Raises ParcelRefused for one that is cut, grown, or none of ours."""
    if not content.startswith(MARK):
        raise ParcelRefused("it is no batch file" if content else "it is empty")
    head, blank, body = content[len(MARK) :].partition(b"\n\n")
    if not blank or len(head) > _MOST_HEAD:
        raise ParcelRefused("it is cut in its head")
    headers: dict[str, str] = {}
    for line in head.decode("ascii", "replace").split("\n"):
        name, colon, value = line.partition(": ")
        if not colon or name in headers:
            raise ParcelRefused("its head is damaged")
        headers[name] = value
    _require_whole(headers.pop(_LENGTH, ""), body)
    return Parcel(headers=headers, body=body)


def seal(parcel: Parcel, recipient: str, audience: str) -> bytes:
    """The file as it leaves: nobody but the holder of the hub's sealing key can read it. Raises NoteError."""
    plain = parcel.write()
    head = _head(str(len(plain) + _OVERHEAD))
    public = X25519PublicKey.from_public_bytes(from_base64(recipient))
    return head + SUITE.encrypt(plain, public, info=head + audience.encode())


def is_sealed(content: bytes) -> bool:
    """Whether a file is one that only the hub can read."""
    return content.startswith(SEALED)


def check_whole(content: bytes) -> bytes:
    """What a sealed file holds in sealed form, for whoever carries it. Raises ParcelRefused when it is cut or grown."""
    head, blank, body = content[: len(SEALED) + _MOST_HEAD].partition(b"\n\n")
    length = head.removeprefix(SEALED + f"{_LENGTH}: ".encode()).decode("ascii", "replace")
    if not is_sealed(content) or not blank or head + blank != _head(length):
        raise ParcelRefused("it is cut in its head" if is_sealed(content) else "it is no batch file")
    body = content[len(head) + len(blank) :]
    _require_whole(length, body)
    return body


def open_sealed(content: bytes, private: X25519PrivateKey, audience: str) -> Parcel:
    """What a file for this hub holds. Raises ParcelRefused."""
    body = check_whole(content)
    info = content[: len(content) - len(body)] + audience.encode()
    try:
        plain = bytes(SUITE.decrypt(body, private, info=info))
    except (InvalidTag, ValueError):
        raise ParcelRefused("it was changed on its way, or sealed for another hub") from None
    return read(plain)


def _head(length: str) -> bytes:
    return SEALED + f"{_LENGTH}: {length}\n\n".encode()


def _require_whole(length: str, body: bytes) -> None:
    if not (length.isascii() and length.isdecimal()) or len(length) > len(str(MAX_FILE)):
        raise ParcelRefused("it does not say how long it is")
    if len(body) != int(length):
        raise ParcelRefused(f"it is cut: {len(body)} bytes of {length}" if len(body) < int(length) else "it has grown")
