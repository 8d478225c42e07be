"""Makes signals of judged events: redacted, equal ones joined, every line such that the hub's decoder takes it."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.module import signal_parts as parts
from qorgan.module.classify.decide import Decision
from qorgan.module.event import Event
from qorgan.module.redact.fields import Redactor, cut
from qorgan.wire.record import MAX_LINE, encode
from qorgan.wire.signal import Classification, Destination, DestinationRole, Perimeter, RedactionClass, Signal

_MAX_COUNT: Final = 2_147_483_647
_MOST_REMEMBERED: Final = 8_192
_BY_MAIL: Final = frozenset((SignalType.MALCODE, SignalType.PHISHING))
"""Signals that a message gives rise to."""
_DRAWN: Final = 64
"""How many identifiers' worth of randomness is asked of the system at once."""


class _Joined(Struct, gc=False):
    """Equal events of one flush. The first one's record stands for all."""

    event: Event
    decision: Decision
    count: int
    first: datetime
    last: datetime
    severity: Severity
    destination: Destination | None


class SignalMaker:
    """Makes signals for one institution; `redacted` counts by class what it removed, until the caller takes it."""

    def __init__(self, redactor: Redactor, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since the epoch, for identifiers and for events that do not say when they were."""
        self.redacted: Counter[RedactionClass] = Counter()
        self._redactor = redactor
        self._inside = redactor.inside
        self._clock = clock
        self._random: list[str] = []
        self._classifications: dict[tuple[str, tuple[str, ...]], Classification] = {}

    def make(self, first_sequence: int, items: Sequence[tuple[Event, Decision]]) -> tuple[list[bytes], int]:
        """The lines of the signals, numbered from `first_sequence`, and how many records stand behind them.

        Events of one call that are equal in type, rule, sensor's rule, source, destination, action and host become
        one signal with their count and the first and last time; the gravest of their severities counts.
        """
        seconds = self._clock()
        now = datetime.fromtimestamp(seconds, UTC)
        joined: dict[tuple[object, ...], _Joined] = {}
        for event, decision in items:
            destination = self._destination(event)
            key = (
                decision.type, decision.rule, event.vendor, event.rule_id or event.rule_name, event.source_address,
                destination, event.action, event.host,
            )  # fmt: skip
            known = joined.get(key)
            if known is None:
                at = parts.moment(event.time, now)
                count = event.count if event.count > 0 else 1
                severity = event.severity
                first = min(at, event.began) if event.began is not None else at
                joined[key] = _Joined(event, decision, count, first, at, severity, destination)
            else:
                _join(known, event, now)
        stamp = f"{int(seconds * 1000):012x}"
        made = f"{stamp[:8]}-{stamp[8:]}-7"
        lines = [self._line(sequence, made, each) for sequence, each in enumerate(joined.values(), first_sequence)]
        return lines, len(items)

    def _line(self, sequence: int, made: str, joined: _Joined) -> bytes:
        """One line. `made` is the identifier's part that tells the time."""
        event, decision = joined.event, joined.decision
        redacted = self._redactor.event(event, decision.decided_by)
        # An inside address stays inside: the perimeter says enough.
        perimeter = decision.perimeter or self._perimeter(event.source_address)
        counts = redacted.counts
        for kind, removed in counts.items():
            self.redacted[kind] += removed
        signal = Signal(
            schema_version=1,
            id=made + self._chance(),
            sequence=sequence,
            type=decision.type,
            first_seen=joined.first,
            last_seen=joined.last,
            count=min(joined.count, _MAX_COUNT),
            sensor=parts.sensor(redacted.vendor, redacted.product, redacted.rule_id, redacted.rule_name),
            severity=joined.severity,
            action=event.action,
            perimeter=perimeter,
            source=parts.source(event.source_address, event.source_port) if perimeter is Perimeter.EXTERNAL else None,
            destination=joined.destination,
            protocol=parts.protocol(event.protocol),
            url=parts.url(redacted.host, redacted.path) if redacted.host or redacted.path else None,
            domain=parts.host_name(redacted.domain) if redacted.domain else None,
            hashes=parts.hashes(event.hashes) if event.hashes else (),
            mail_sender_domain=parts.host_name(redacted.mail_sender_domain) if redacted.mail_sender_domain else None,
            techniques=parts.techniques(event.techniques) if event.techniques else (),
            classified_by=self._classification(decision, redacted.decided_by),
            redacted=counts,
            mail=redacted.mail if decision.type in _BY_MAIL else None,
        )
        if signal.mail is not None:
            return _fitting(parts.mended(replace(signal, record=redacted.record)))
        try:
            head = encode(signal)
        except UnicodeEncodeError:
            # A half of a character, which no text may hold.
            head = b"\\"
        # Where nothing had to be escaped there is no NUL, neither plain nor as the words of one.
        if b"\\" in head:
            return _fitting(parts.mended(replace(signal, record=redacted.record)))
        # The record is JSON already; it comes last, whatever else there is.
        line = b'%b,"record":%b}' % (head[:-1], redacted.record_json)
        return line if len(line) <= MAX_LINE else _fitting(replace(signal, record=redacted.record))

    def _perimeter(self, address: str) -> Perimeter:
        if not address:
            return Perimeter.UNKNOWN
        return Perimeter.INTERNAL if self._inside.holds_address(address) else Perimeter.EXTERNAL

    def _destination(self, event: Event) -> Destination | None:
        """What was aimed at. What an inside machine reached outside has no role that we could know."""
        aimed = event.destination_address
        outward = aimed and not self._inside.holds_address(aimed) and self._inside.holds_address(event.source_address)
        role = DestinationRole.UNKNOWN if outward else parts.role(event.application, event.destination_port)
        return parts.destination(role, event.destination_port)

    def _classification(self, decision: Decision, decided_by: tuple[str, ...]) -> Classification:
        key = (decision.rule, decided_by)
        known = self._classifications.get(key)
        if known is None:
            if len(self._classifications) >= _MOST_REMEMBERED:
                self._classifications.clear()
            known = self._classifications[key] = parts.classification(decision, decided_by)
        return known

    def _chance(self) -> str:
        """The random part of an identifier of version 7 (RFC 9562)."""
        if not self._random:
            drawn = os.urandom(10 * _DRAWN).hex()
            for start in range(0, 20 * _DRAWN, 20):
                at = drawn[start : start + 20]
                self._random.append(f"{at[:3]}-{'89ab'[int(at[3], 16) & 3]}{at[4:7]}-{at[7:19]}")
        return self._random.pop()


def _join(known: _Joined, event: Event, now: datetime) -> None:
    at = parts.moment(event.time, now)
    known.count += event.count if event.count > 0 else 1
    if at < known.first:
        known.first = at
    elif at > known.last:
        known.last = at
    if event.severity is not known.severity and event.severity > known.severity:
        known.severity = event.severity


def _fitting(signal: Signal) -> bytes:
    """The line of a signal; its record is cut until the line is no longer than the contract lets it be."""
    line = encode(signal)
    while len(line) > MAX_LINE:
        record = signal.record
        kept = len(record) // 2
        signal = replace(signal, record=cut(record[:kept], len(record) - kept))
        line = encode(signal)
    return line
