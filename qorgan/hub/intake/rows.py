"""Records as rows of PostgreSQL's binary COPY, in as few steps a record as Python allows.

The format: a header, then for each row the number of columns and each column as its length and bytes (-1 is NULL).
Everything that is the same for the whole batch is packed once.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from qorgan.hub.database.derived import digests_of, domain_of
from qorgan.wire.signal import Signal

SIGNAL_COLUMNS: Final = (
    "received_at, organisation_id, module_id, sequence, id, first_seen, last_seen, count, rule, severity, "
    "type, action, source_address, source_port, domain, hashes, record"
)
HASH_COLUMNS: Final = "received_at, organisation_id, module_id, sequence, hash"

_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_TRAILER: Final = struct.pack(">h", -1)
_NULL: Final = struct.pack(">i", -1)
_POSTGRES_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_TEXT_OID: Final = 25
_LENGTH: Final = struct.Struct(">i")
_PORT: Final = struct.Struct(">ii")
# sequence, id, first_seen, last_seen, count, rule, severity: each after its length
_FIXED: Final = struct.Struct(">iq i16s iq iq ii ii ih")


@dataclass(frozen=True, slots=True)
class Origin:
    """What all rows of a batch share."""

    received_at: datetime
    organisation: UUID
    module: UUID


@dataclass(slots=True)
class Rows:
    """The rows of a batch as they are collected."""

    origin: Origin
    signals: list[bytes] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    _signal_start: bytes = b""
    _hash_start: bytes = b""

    def __post_init__(self) -> None:
        shared = (
            struct.pack(">iq", 8, _moment(self.origin.received_at))
            + struct.pack(">i16s", 16, self.origin.organisation.bytes)
            + struct.pack(">i16s", 16, self.origin.module.bytes)
        )
        self._signal_start = struct.pack(">h", 17) + shared
        self._hash_start = struct.pack(">h", 5) + shared

    def add(self, signal: Signal, rule: int, line: bytes) -> None:
        """One signal, with the number of its sensor's rule and the line it came as."""
        first = _moment(signal.first_seen)
        last = first if signal.last_seen == signal.first_seen else _moment(signal.last_seen)
        source = signal.source
        address = source.address if source is not None else None
        port = source.port if source is not None else None
        domain = domain_of(signal)
        self.signals.append(
            b"".join(
                (
                    self._signal_start,
                    _FIXED.pack(
                        8,
                        signal.sequence,
                        16,
                        bytes.fromhex(signal.id.replace("-", "")),
                        8,
                        first,
                        8,
                        last,
                        4,
                        signal.count,
                        4,
                        rule,
                        2,
                        signal.severity.rank,
                    ),
                    _words(signal.type, signal.action),
                    _NULL if address is None else _address(address),
                    _NULL if port is None else _PORT.pack(4, port),
                    _NULL if domain is None else _text(domain),
                    self._digests(signal) if signal.hashes else _NULL,
                    _LENGTH.pack(len(line)),
                    line,
                )
            )
        )

    def signal_data(self) -> bytes:
        """The whole COPY of `SIGNAL_COLUMNS`."""
        return _whole(self.signals)

    def hash_data(self) -> bytes:
        """The whole COPY of `HASH_COLUMNS`."""
        return _whole(self.hashes)

    def _digests(self, signal: Signal) -> bytes:
        values = digests_of(signal.hashes)
        sequence = struct.pack(">iq", 8, signal.sequence)
        self.hashes.extend(b"".join((self._hash_start, sequence, _text(value))) for value in values)
        array = struct.pack(">iiiii", 1, 0, _TEXT_OID, len(values), 1) + b"".join(map(_text, values))
        return _LENGTH.pack(len(array)) + array


def _whole(rows: list[bytes]) -> bytes:
    return b"".join((_HEADER, *rows, _TRAILER))


def _moment(at: datetime) -> int:
    return (at - _POSTGRES_EPOCH) // _MICROSECOND


def _text(text: str) -> bytes:
    data = text.encode()
    return _LENGTH.pack(len(data)) + data


@lru_cache(maxsize=256)
def _words(signal_type: str, action: str) -> bytes:
    return _text(signal_type) + _text(action)


@lru_cache(maxsize=65_536)
def _address(text: str) -> bytes:
    """PostgreSQL's inet: its own family number, prefix length, not a network, the address."""
    family, own, bits = (socket.AF_INET6, 3, 128) if ":" in text else (socket.AF_INET, 2, 32)
    packed = socket.inet_pton(family, text)
    return struct.pack(">iBBBB", 4 + len(packed), own, bits, 0, len(packed)) + packed
