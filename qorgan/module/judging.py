"""One institution's judgement over events: the rule packs and its redaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qorgan.module.classify.decide import Deciders, Decision, own
from qorgan.module.event import Event
from qorgan.module.redact.fields import Redactor
from qorgan.module.refine import Judged
from qorgan.module.signal_maker import SignalMaker


class InstitutionJudge:
    """Makes an institution's signals. One thread at a time may use it."""

    def __init__(self, redactor: Redactor, deciders: Deciders | None = None) -> None:
        """Without `deciders`, by the packs of the release."""
        self._redactor = redactor
        self._decide = (deciders or own()).decide
        self._maker = SignalMaker(redactor)

    def judge(self, events: Sequence[Event], first: int) -> Judged:
        """The signals of events, numbered from `first`; equal ones are joined."""
        ignored: Counter[str] = Counter()
        items: list[tuple[Event, Decision]] = []
        for event in events:
            verdict = self._decide(event)
            if isinstance(verdict, Decision):
                items.append((event, verdict))
            else:
                ignored[verdict.reason] += 1
        lines, _ = self._maker.make(first, items) if items else ([], 0)
        redacted = {kind.value: count for kind, count in self._maker.redacted.items()}
        self._maker.redacted.clear()
        return Judged(lines=lines, ignored=dict(ignored), redacted=redacted)

    def clean(self, text: str) -> str:
        """A text without personal data and banking secrets."""
        return self._redactor.text(text)[0]
