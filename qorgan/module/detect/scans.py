"""Scans: one source is refused at many hosts, at many ports, or at a block of both, quickly or slowly (R67.8.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.module.detect.attack import Attack, Attacks, Group, Number
from qorgan.module.detect.distinct import Distinct
from qorgan.module.detect.settings import DetectTable
from qorgan.module.detect.sign_ins import HOUR
from qorgan.module.detect.subjects import Subjects
from qorgan.module.detect.table import Table
from qorgan.module.detect.track import Track
from qorgan.module.event import Event, Outcome
from qorgan.wire.signal import Action, Perimeter

_PORT_BITS: Final = 17
_NO_PORT: Final = 1 << 16
"""Where a record names no port, as of ICMP."""
_PORTS: Final = (1 << _PORT_BITS) - 1
_SERVED: Final = 1_024
"""Ports below are served from. What comes from there to a port above is a late answer, refused after its time."""

Limits = tuple[int, int, int]
"""Hosts at one port, ports of one host, targets of any kind."""


class Scans:
    """Looks at every refused connection."""

    def __init__(
        self,
        settings: DetectTable,
        subjects: Subjects,
        attacks: Attacks,
        is_told: Callable[[Group, SignalType, int, float, float], bool],
        clock: Callable[[], float],
    ) -> None:
        """`is_told` says whether a product's own alert of the same stands for an attack already."""
        self._subjects = subjects
        self._attacks = attacks
        self._is_told = is_told
        self._fast = Table(settings.window_minutes * 60.0, settings.remembered, clock)
        self._slow = Table(settings.slow_hours * HOUR, settings.remembered, clock)
        self._outside: Limits = settings.hosts, settings.ports, settings.targets
        self._inside: Limits = settings.inside_hosts, settings.inside_ports, settings.inside_targets
        self._slowly: Limits = settings.slow_hosts, settings.slow_ports, settings.slow_targets

    def see(self, event: Event, at: float) -> None:
        """Take in a connection. Such as were let through are none of our business."""
        if event.outcome is not Outcome.FAILURE and event.action is not Action.BLOCKED:
            return
        if _is_answer(event):
            return
        source, perimeter = self._subjects.place(event.source_address)
        aimed, side = self._subjects.place(event.destination_address)
        if not source or (perimeter is Perimeter.INTERNAL and side is Perimeter.EXTERNAL):
            return
        host = aimed or self._subjects.digest(event.machine or event.destination_address)
        port = _NO_PORT if event.destination_port is None else event.destination_port & 0xFFFF
        running = self._attacks.find(Group.CONNECTION, source, at)
        if running is not None:
            running.grow(event, at, hosts=host, ports=port)
            self._attacks.grown(running)
            return
        item = (host & 0xFFFFFFFFFFFF) << _PORT_BITS | port
        limits = self._outside if perimeter is Perimeter.EXTERNAL else self._inside
        found = self._judge(self._fast, event, at, (source, item, perimeter), limits)
        if not found and perimeter is Perimeter.EXTERNAL:
            self._judge(self._slow, event, at, (source, item, perimeter), self._slowly)

    def _judge(self, table: Table, event: Event, at: float, who: tuple[int, int, Perimeter], limits: Limits) -> bool:
        source, item, perimeter = who
        track = table.track(source, at)
        if track is None:
            return False
        grain = table.add(track, item, event.count, at)
        if len(track.items) < min((limit for limit in limits if limit), default=len(track.items) + 1):
            return False
        for window in track.windows(grain):
            rule = _shape(track.counts(window), limits)
            if rule and not self._is_told(Group.CONNECTION, SignalType.SCAN, source, at, table.seconds):
                slow = "-slow" if table is self._slow else ""
                self._attacks.open(_attack(track, event, at, (source, perimeter), (f"{rule}{slow}", table.seconds)))
                self._fast.forget(source)
                self._slow.forget(source)
                return True
        return False


def _shape(counts: dict[int, int], limits: Limits) -> str:
    """What kind of scan these targets are: `scan-hosts`, `scan-ports`, `scan-block` or none."""
    hosts, ports, targets = limits
    if hosts and max(Counter(item & _PORTS for item in counts).values(), default=0) >= hosts:
        return "scan-hosts"
    if ports and max(Counter(item >> _PORT_BITS for item in counts).values(), default=0) >= ports:
        return "scan-ports"
    return "scan-block" if targets and len(counts) >= targets else ""


def _attack(track: Track, event: Event, at: float, who: tuple[int, Perimeter], what: tuple[str, float]) -> Attack:
    source, perimeter = who
    rule, seconds = what
    count = track.total()
    return Attack(
        type=SignalType.SCAN,
        rule=rule,
        group=Group.CONNECTION,
        key=source,
        source=event.source_address if perimeter is Perimeter.EXTERNAL else "",
        perimeter=perimeter,
        seconds=seconds,
        first=track.began,
        last=at,
        count=count,
        untold=count,
        severity=Severity.MEDIUM if perimeter is Perimeter.INTERNAL else Severity.LOW,
        numbers={
            Number.HOSTS: Distinct(item >> _PORT_BITS for item in track.items),
            Number.PORTS: Distinct(item & _PORTS for item in track.items),
        },
        example=event,
    )


def _is_answer(event: Event) -> bool:
    """Whether this is what a server sent, and not what somebody asked."""
    return 0 < (event.source_port or 0) < _SERVED <= (event.destination_port or 0)
