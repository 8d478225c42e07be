"""One institution's judgement over events: the rule packs and its redaction."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from qorgan.module.classify.decide import Deciders, Decision, own
from qorgan.module.detect.settings import DetectTable
from qorgan.module.detect.windows import Windows
from qorgan.module.event import Event
from qorgan.module.redact.fields import Redactor
from qorgan.module.refine import Judged
from qorgan.module.signal_maker import SignalMaker


class InstitutionJudge:
    """Makes an institution's signals. One thread at a time may use it."""

    def __init__(self, redactor: Redactor, deciders: Deciders | None = None, windows: Windows | None = None) -> None:
        """Without `deciders`, by the packs of the release; without `windows`, by such as have no settings."""
        self._redactor = redactor
        self._decide = (deciders or own()).decide
        self._windows = windows or Windows(DetectTable(), os.urandom(32), redactor.inside)
        self._maker = SignalMaker(redactor)

    def judge(self, events: Sequence[Event], first: int) -> Judged:
        """The signals of events, numbered from `first`; equal ones are joined."""
        ignored: Counter[str] = Counter()
        items: list[tuple[Event, Decision]] = []
        for event in events:
            verdict = self._decide(event)
            belongs = self._windows.see(event, verdict)
            if not isinstance(verdict, Decision):
                ignored[verdict.reason] += 1
            elif not belongs:
                items.append((event, verdict))
        lines, _ = self._maker.make(first, items) if items else ([], 0)
        findings = self._windows.take()
        for each in findings:
            # One by one: two attacks may be equal in all that a signal shows of them.
            lines += self._maker.make(first + len(lines), [each])[0]
        redacted = {kind.value: count for kind, count in self._maker.redacted.items()}
        self._maker.redacted.clear()
        return Judged(
            lines=lines,
            found=len(findings),
            memory=self._windows.memory(),
            ignored=dict(ignored),
            redacted=redacted,
        )

    def remember(self, memory: str) -> None:
        """Go on with the attacks that were told before a restart."""
        self._windows.remember(memory)

    def clean(self, text: str) -> str:
        """A text without personal data and banking secrets."""
        return self._redactor.text(text)[0]
