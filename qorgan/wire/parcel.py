"""A batch as a file: the request that a module would have sent, to be carried by a one-way relay or a memory stick.

The signature is the one of the wire (`wire.signature`), over the same headers and digest: so whoever carries the file
can change nothing of it, `intake` needs no second way to believe, and a file that comes twice or late counts once. The
hub's own import bears a longer way than its door does, see MAX_CARRIED.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from qorgan.wire import signature
from qorgan.wire.batch import MAX_BODY, BatchRefused, SequenceRange, parse_range

MARK: Final = b"qorgan-batch 1\n"
SUFFIX: Final = ".qbatch"
RECEIPT_SUFFIX: Final = ".receipt.json"
MAX_CARRIED: Final = timedelta(days=90)
"""How old a signature may be when the hub's operator takes a batch from a file."""
_MOST_HEAD: Final = 16 * 1024
_LENGTH: Final = "Content-Length"
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
    length = headers.pop(_LENGTH, "")
    if not length.isdecimal() or len(length) > len(str(MAX_BODY)):
        raise ParcelRefused("it does not say how long it is")
    if len(body) != int(length):
        raise ParcelRefused(f"it is cut: {len(body)} bytes of {length}" if len(body) < int(length) else "it has grown")
    return Parcel(headers=headers, body=body)
