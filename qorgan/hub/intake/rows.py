"""Records as rows of PostgreSQL's binary COPY, in as few steps a record as Python allows.

The format: a header, then for each row the number of columns and each column as its length and bytes (-1 is NULL).
Everything that is the same for the whole batch is packed once.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from socket import AF_INET, AF_INET6, inet_pton
from typing import Final, TypeAlias
from uuid import UUID

from qorgan.hub.database.derived import Rule, digests_of, domain_of, rule_of
from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.wire.signal import Action, Signal

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
_IPV4: Final = struct.Struct(">iBBBB4s")
_IPV6: Final = struct.Struct(">iBBBB16s")
_PORT: Final = struct.Struct(">ii")
# source_port, domain and hashes when only the port is there, as in most rows, and the record's length.
_PORT_ALONE: Final = struct.Struct(">ii ii i")
# Each after its length: sequence, id, first_seen, last_seen, count; rule, severity.
_FIXED: Final = struct.Struct(">iq i16s iq iq ii")
_RULE: Final = struct.Struct(">ii ih")

_PARTS: Final = 6
"""Pieces that a row is put together from."""

_Key: TypeAlias = tuple[str, str, str | None, str | None, str, str, int, int, int]


@dataclass(frozen=True, slots=True)
class Origin:
    """What all rows of a batch share."""

    received_at: datetime
    organisation: UUID
    module: UUID


@dataclass(slots=True)
class Kind:
    """Signals of a batch that are alike: what is packed once for all of them, and how many they are."""

    names: Rule
    type: SignalType
    severity: Severity
    action: Action
    places: list[int]
    """Where among the parts the columns rule, severity, type and action of its rows belong."""
    events: int = 0
    """Sum of their counts."""
    number: int = 0
    """Of its rule, once that is known."""

    def packed(self) -> bytes:
        """Those columns."""
        return _RULE.pack(4, self.number, 2, self.severity.rank) + _text(self.type) + _text(self.action)


@dataclass(slots=True)
class Rows:
    """The rows of a batch as they are collected."""

    origin: Origin
    kinds: dict[_Key, Kind] = field(default_factory=dict)
    count: int = 0
    _parts: list[bytes] = field(default_factory=list)
    _hashes: list[bytes] = field(default_factory=list)
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

    def add(self, signal: Signal, line: bytes) -> None:
        """One signal and the line it came as. This runs for every record the hub ever takes."""
        first = (signal.first_seen - _POSTGRES_EPOCH) // _MICROSECOND
        last = first if signal.last_seen == signal.first_seen else _moment(signal.last_seen)
        sensor, classified, source = signal.sensor, signal.classified_by, signal.source
        address, port = (source.address, source.port) if source is not None else (None, None)
        domain, hashes = domain_of(signal), signal.hashes
        count = signal.count
        key = (
            sensor.vendor,
            sensor.product,
            sensor.rule_id,
            sensor.rule_name,
            classified.pack,
            classified.rule,
            # Members of a closed list are the same object each time; their own hash is slow Python.
            id(signal.type),
            id(signal.severity),
            id(signal.action),
        )
        kind = self.kinds.get(key)
        if kind is None:
            kind = self.kinds[key] = Kind(rule_of(signal), signal.type, signal.severity, signal.action, [])
        kind.events += count
        kind.places.append(_PARTS * self.count + 2)
        self.count += 1
        self._parts += (
            self._signal_start,
            _FIXED.pack(8, signal.sequence, 16, bytes.fromhex(signal.id.replace("-", "")), 8, first, 8, last, 4, count),
            b"",
            _NULL if address is None else _address(address),
            _PORT_ALONE.pack(4, port, -1, -1, len(line))
            if port is not None and domain is None and not hashes
            else self._seldom(signal, port, domain, len(line)),
            line,
        )

    def settle(self, numbers: Mapping[Rule, int]) -> None:
        """Put the numbers of the sensors' rules in their places."""
        parts = self._parts
        for kind in self.kinds.values():
            kind.number = numbers[kind.names]
            packed = kind.packed()
            for place in kind.places:
                parts[place] = packed

    def signal_data(self) -> bytes:
        """The whole COPY of `SIGNAL_COLUMNS`; b"" when there is nothing to copy. Settle the numbers first."""
        return _whole(self._parts)

    def hash_data(self) -> bytes:
        """The whole COPY of `HASH_COLUMNS`; b"" when there is nothing to copy."""
        return _whole(self._hashes)

    def tally(self) -> list[tuple[str, int, int, int, int]]:
        """Type, severity, rule, records and events of each row of `signal_tally`. Settle the numbers first."""
        found: dict[tuple[str, int, int], tuple[int, int]] = {}
        for kind in self.kinds.values():
            key = (kind.type.value, kind.severity.rank, kind.number)
            records, events = found.get(key, (0, 0))
            found[key] = (records + len(kind.places), events + kind.events)
        return [(*key, *counted) for key, counted in found.items()]

    def _seldom(self, signal: Signal, port: int | None, domain: str | None, length: int) -> bytes:
        """The columns source_port, domain and hashes, and the record's length."""
        return b"".join(
            (
                _NULL if port is None else _PORT.pack(4, port),
                _NULL if domain is None else _text(domain),
                self._digests(signal) if signal.hashes else _NULL,
                _LENGTH.pack(length),
            )
        )

    def _digests(self, signal: Signal) -> bytes:
        values = digests_of(signal.hashes)
        sequence = struct.pack(">iq", 8, signal.sequence)
        self._hashes.extend(b"".join((self._hash_start, sequence, _text(value))) for value in values)
        array = struct.pack(">iiiii", 1, 0, _TEXT_OID, len(values), 1) + b"".join(map(_text, values))
        return _LENGTH.pack(len(array)) + array


def _whole(parts: list[bytes]) -> bytes:
    return b"".join((_HEADER, *parts, _TRAILER)) if parts else b""


def _moment(at: datetime) -> int:
    return (at - _POSTGRES_EPOCH) // _MICROSECOND


def _text(text: str) -> bytes:
    data = text.encode()
    return _LENGTH.pack(len(data)) + data


def _address(text: str) -> bytes:
    """PostgreSQL's inet: its own family number, prefix length, not a network, the address.

    Not kept from one time to the next: finding one among very many costs more than making it.
    """
    if ":" in text:
        return _IPV6.pack(20, 3, 128, 0, 16, inet_pton(AF_INET6, text))
    return _IPV4.pack(8, 2, 32, 0, 4, inet_pton(AF_INET, text))
