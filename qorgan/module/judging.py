"""One institution's judgement over events: the rule packs, its redaction key, its networks and names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qorgan.module import keys
from qorgan.module.classify.decide import Decision, decide
from qorgan.module.classify.pack import PackRefused, own_rules
from qorgan.module.config import Config, ConfigRefused
from qorgan.module.event import Event
from qorgan.module.keys import KeyRefused
from qorgan.module.redact.fields import Redactor
from qorgan.module.redact.tokens import token_key
from qorgan.module.refine import Judged
from qorgan.module.signal_maker import SignalMaker


class InstitutionJudge:
    """Makes an institution's signals. One thread at a time may use it."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._maker = SignalMaker(redactor)

    def judge(self, events: Sequence[Event], first: int) -> Judged:
        """The signals of events, numbered from `first`; equal ones are joined."""
        ignored: Counter[str] = Counter()
        items: list[tuple[Event, Decision]] = []
        for event in events:
            verdict = decide(event)
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


def make_judge(config: Config, organisation: str) -> InstitutionJudge:
    """The judge of a configuration, for the institution with this BIN. Raises ConfigRefused, KeyRefused."""
    try:
        own_rules()
    except PackRefused as error:
        raise ConfigRefused(f"a rule pack of this release is damaged: {error}; install the module again") from None
    path = config.folder / keys.REDACTION
    try:
        key = token_key(path)
    except ValueError as error:
        raise KeyRefused(f"{error}; put it back from a backup, or move it away to begin with a new one") from None
    except OSError as error:
        raise KeyRefused(f"{path}: {error.strerror or error}; let the module's user read it") from None
    institution = config.institution
    return InstitutionJudge(Redactor(key, institution.networks, institution.internal_domains, [organisation]))
