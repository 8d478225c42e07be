"""All window detectors over one institution's events, and the products' own alerts of the same."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from qorgan.law.asoi import SignalType
from qorgan.module.classify.decide import Decision, Verdict
from qorgan.module.detect.attack import Attacks, Group
from qorgan.module.detect.finding import finding
from qorgan.module.detect.scans import Scans
from qorgan.module.detect.settings import DetectTable
from qorgan.module.detect.sign_ins import SignIns
from qorgan.module.detect.subjects import Subjects
from qorgan.module.event import Activity, Event
from qorgan.module.redact.hosts import Inside

_GROUPS: Final = {
    SignalType.SCAN: Group.CONNECTION,
    SignalType.GUESS: Group.SIGN_IN,
    SignalType.SPRAY: Group.SIGN_IN,
}
_MOST_ALERTS: Final = 8_192


class Windows:
    """Sees every event before its verdict is carried out. One thread at a time may use it."""

    def __init__(
        self, settings: DetectTable, key: bytes, inside: Inside, clock: Callable[[], float] = time.time
    ) -> None:
        """`key` is the institution's redaction key; `clock` gives the time of arrival in seconds since the epoch."""
        self._clock = clock
        self._subjects = Subjects(key, inside, settings.trusted)
        self._attacks = Attacks(settings.again_minutes * 60.0, clock)
        self._sign_ins = SignIns(settings, self._subjects, self._attacks, self._is_told, clock)
        self._scans = Scans(settings, self._subjects, self._attacks, self._is_told, clock)
        self._alerts: OrderedDict[tuple[SignalType, int], float] = OrderedDict()

    def see(self, event: Event, verdict: Verdict) -> bool:
        """Take in an event. Whether its own signal would say again what an attack that goes on says already."""
        kind = verdict.type if isinstance(verdict, Decision) else None
        if event.activity is not Activity.SIGN_IN and event.activity is not Activity.CONNECTION and kind not in _GROUPS:
            return False
        at = event.time.timestamp() if event.time is not None else self._clock()
        belongs = kind in _GROUPS and self._alerted(event, kind, at)
        if event.activity is Activity.SIGN_IN:
            self._sign_ins.see(event, at)
        elif event.activity is Activity.CONNECTION:
            self._scans.see(event, at)
        return belongs

    def take(self) -> list[tuple[Event, Decision]]:
        """The attacks that are to be told now."""
        found = []
        for attack in self._attacks.take():
            found.append(finding(attack))
            attack.untold = 0
        return found

    def memory(self) -> str | None:
        """What a restart shall not forget, when it has changed since it was asked for."""
        return self._attacks.memory() if self._attacks.changed else None

    def remember(self, memory: str) -> None:
        """Go on after a restart. Raises ValueError."""
        self._attacks.remember(memory)

    def _alerted(self, event: Event, kind: SignalType, at: float) -> bool:
        """A product says so itself. What goes on under the same source takes its alert in; else the alert stands."""
        source, _ = self._subjects.place(event.source_address)
        account = 0 if source else self._subjects.account(event)
        key = source or account
        attack = self._attacks.find(_GROUPS[kind], key, at) if key else None
        if attack is not None and attack.type is kind:
            attack.alerts += 1
            if event.severity > attack.severity:
                attack.severity = event.severity
                self._attacks.grown(attack, at_once=True)
            return True
        self._alerts[kind, key] = at
        self._alerts.move_to_end((kind, key))
        if len(self._alerts) > _MOST_ALERTS:
            self._alerts.popitem(last=False)
        return False

    def _is_told(self, group: Group, kind: SignalType, key: int, at: float, seconds: float) -> bool:
        """Whether a product's own alert, not longer ago than a window, stands for what a window would say."""
        alerted = self._alerts.get((kind, key)) if group is _GROUPS[kind] else None
        return alerted is not None and abs(at - alerted) <= seconds
