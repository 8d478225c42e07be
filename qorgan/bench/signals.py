"""Signals made by the million, as varied as a day's: for measuring, with documentation addresses only."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.wire import record
from qorgan.wire.signal import (
    Action,
    Classification,
    Destination,
    DestinationRole,
    FileHash,
    HashAlgorithm,
    Perimeter,
    Sensor,
    Signal,
    Source,
    Url,
)

_TYPES = [SignalType.IDS] * 6 + [SignalType.WAF] * 3 + [SignalType.ENDPOINT]
_SEVERITIES = list(Severity)
_ROLES = list(DestinationRole)
RECORD = (
    '{"timestamp":"2026-11-20T09:15:02.120000+0500","flow_id":977774645801906,"event_type":"alert","src_ip":"%s",'
    '"dest_port":443,"proto":"TCP","alert":{"action":"blocked","signature_id":%d,"category":"Web Application Attack"}}'
)


def lines(first: int, count: int, *, seed: int = 1, start: datetime | None = None) -> Iterator[bytes]:
    """`count` signals' lines numbered from `first`, about 740 bytes each."""
    chance = random.Random(seed * 1_000_003 + first)
    at = start or datetime.now(UTC)
    for sequence in range(first, first + count):
        yield record.encode(_signal(sequence, at + timedelta(milliseconds=sequence % 60_000), chance))


def _signal(sequence: int, at: datetime, chance: random.Random) -> Signal:
    # A sensor's rule has one type and one severity; a few rules do most of the talking.
    rule = 1_000_000 + min(int(chance.expovariate(0.02)), 499)
    kind = _TYPES[rule % len(_TYPES)]
    address = (
        f"203.0.113.{chance.randint(0, 255)}" if chance.random() < 0.7 else f"2001:db8::{chance.randint(0, 65535):x}"
    )
    return Signal(
        schema_version=1,
        id=f"{int(at.timestamp() * 1000):012x}"[:8]
        + f"-{int(at.timestamp() * 1000) & 0xFFFF:04x}-7{chance.randint(0, 4095):03x}-8{chance.randint(0, 4095):03x}"
        + f"-{chance.getrandbits(48):012x}",
        sequence=sequence,
        type=kind,
        first_seen=at,
        last_seen=at,
        sensor=Sensor(vendor="Example", product="Sensor", rule_id=str(rule), rule_name=f"EXAMPLE rule number {rule}"),
        severity=_SEVERITIES[rule % len(_SEVERITIES)],
        action=chance.choice((Action.BLOCKED, Action.DETECTED)),
        perimeter=Perimeter.EXTERNAL,
        source=Source(address=address, port=chance.randint(1024, 65_535)),
        destination=Destination(role=chance.choice(_ROLES), port=443),
        protocol="tcp",
        url=Url(host=f"host{chance.randint(1, 50)}.example", path="/login") if kind is SignalType.WAF else None,
        hashes=(FileHash(algorithm=HashAlgorithm.SHA256, value=f"{chance.getrandbits(256):064x}"),)
        if kind is SignalType.ENDPOINT
        else (),
        classified_by=Classification(pack="bench", pack_version="1", rule=f"{kind}-alert", decided_by=("kind=alert",)),
        record=RECORD % (address, rule),
    )
