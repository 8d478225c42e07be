"""Looks at a running module as an operator would, and says aloud, once, what a person should look at."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from qorgan import __version__
from qorgan.module.accounting import Account
from qorgan.module.fallback.watch import Standing
from qorgan.module.following import Followed, Following
from qorgan.module.health import OK, TROUBLE, Health, Matter, SourceHealth
from qorgan.module.page.words import English, sentence
from qorgan.module.pulse.pulses import Pulses
from qorgan.module.room.room import Room
from qorgan.module.sender.heartbeat import SourceWord
from qorgan.module.sender.progress import Phase
from qorgan.module.sender.sender import Sender
from qorgan.module.sources.settings import ALMATY
from qorgan.module.spool import Spool
from qorgan.wire.enrolment import Enrolled

log = logging.getLogger(__name__)

_FAILURES_IN_A_ROW: Final = 3
_CLOCK_TOLERANCE: Final = 60.0
_STANDING: Final = {"away": "asoi-away", "local-fault": "local-fault"}
"""What of how ASOI stands a person should look at."""


class Watch:
    """Gives the health of the moment."""

    def __init__(  # noqa: PLR0913 (the parts it looks at)
        self,
        spool: Spool,
        sender: Sender,
        following: Following,
        room: Room,
        *,
        identity: Enrolled,
        silent_after: timedelta,
        clock: Callable[[], datetime],
        folder: Path | None = None,
    ) -> None:
        """`folder` is where it is kept what is usual; without one nothing is learned."""
        self.identity = identity
        self.silent_after = silent_after
        """How long a source of which nothing is known yet may give nothing before it is a trouble; none: for ever."""
        self.asoi: Callable[[], Standing] = Standing
        self.drafted: Callable[[], datetime | None] = lambda: None
        """Since when a card that the module drafted waits for somebody to look at it."""
        """How ASOI stands, once somebody looks for it."""
        self._spool, self._sender, self._following, self._room = spool, sender, following, room
        self._clock = clock
        self._started = clock()
        self._said: dict[str, str] = {}
        self._pulses = Pulses(folder) if folder else None
        self._waiting_since: datetime | None = None

    def health(self) -> Health:
        """All at once. Raises SpoolError when the spool cannot be read."""
        progress, at = self._sender.progress, self._clock()
        account = self._spool.account()
        followed = list(self._following.followed.values())
        matters = [*self._matters(account), *self._of_sources(followed)]
        return Health(
            status=TROUBLE if matters else OK,
            troubles=[sentence(matter, English) for matter in matters],
            matters=matters,
            version=__version__,
            module=self.identity.module,
            organisation=self.identity.organisation,
            started_at=self._started,
            at=at,
            phase=progress.phase,
            failures=progress.failures,
            batches=progress.batches,
            false_answers=progress.false_answers,
            last_answer_at=progress.last_answer_at,
            clock_offset=round(progress.clock_offset, 1),
            asoi=self.asoi().state,
            asoi_since=self.asoi().since,
            asoi_reason=self.asoi().reason,
            log=progress.log,
            log_size=progress.log_size,
            next_sequence=self._spool.next_sequence,
            acknowledged=self._spool.acknowledged,
            spool_bytes=self._spool.used_bytes(),
            judging_restarts=self._room.restarts,
            account=account,
            sources=[self._source(one) for one in followed],
            waiting_since=self._waiting_since,
            redacted_today=self._pulses.redacted_today(account, at.astimezone(_ZONE)) if self._pulses else {},
        )

    def look(self) -> None:
        """Take note of what came since the last look; log the troubles that are new, and those that are over."""
        account, at = self._spool.account(), self._clock()
        reading = self._sender.reading
        followed = list(self._following.followed.values())
        if self._pulses is not None:
            zones = {one.config.name: one.config.zone for one in followed}
            self._pulses.look(account, zones, at, is_reading=not reading.stopped, patience=self.silent_after)
            reading.words = {one.config.name: self._word(one) for one in followed}
        if not self._spool.spooled:
            self._waiting_since = None
        elif self._waiting_since is None:
            self._waiting_since = at
        self._say_what_is_new()

    def store(self) -> None:
        """Keep what was learned."""
        if self._pulses is not None:
            self._pulses.store()

    def _say_what_is_new(self) -> None:
        health = self.health()
        found = {_name(matter): words for matter, words in zip(health.matters, health.troubles, strict=True)}
        for name in sorted(found.keys() - self._said.keys()):
            log.warning("%s", found[name])
        for name in sorted(self._said.keys() - found.keys()):
            log.info("over: %s", self._said[name])
        self._said = found

    def _matters(self, account: Account) -> Iterator[Matter]:
        progress = self._sender.progress
        if self._sender.reading.stopped:
            yield Matter(code="not-read", detail=self._sender.reading.stopped)
        if self._room.trouble:
            yield Matter(code="not-judged", detail=self._room.trouble)
        if progress.phase is Phase.REVOKED:
            yield Matter(code="revoked", detail=progress.trouble)
        elif progress.failures >= _FAILURES_IN_A_ROW:
            yield Matter(code="not-sent", detail=progress.trouble)
        standing = self.asoi()
        if standing.state in _STANDING:
            yield Matter(code=_STANDING[standing.state], since=standing.since, detail=standing.reason)
        drafted = self.drafted()
        if drafted is not None:
            yield Matter(code="drafted", since=drafted)
        if abs(progress.clock_offset) > _CLOCK_TOLERANCE:
            yield Matter(code="clock")
        yield from (Matter(code="account", detail=fault) for fault in account.faults())

    def _of_sources(self, followed: list[Followed]) -> Iterator[Matter]:
        for one in followed:
            name, trouble = one.config.name, _trouble(one)
            alarm = self._pulses.alarm(name) if self._pulses else None
            if trouble:
                yield Matter(code="source-unread", source=name, detail=trouble)
            elif alarm is not None:
                yield Matter(code=f"source-{alarm.kind}", source=name, since=alarm.since, usual=alarm.usual)

    def _word(self, one: Followed) -> SourceWord:
        name = one.config.name
        alarm = self._pulses.alarm(name) if self._pulses else None
        return SourceWord(
            id=self._pulses.id_of(name) if self._pulses else name,
            kind=_kind(one),
            alarm=alarm.kind.value if alarm else "",
            alarm_since=alarm.since if alarm else None,
        )

    def _source(self, one: Followed) -> SourceHealth:
        name, reading = one.config.name, self._sender.reading
        alarm = self._pulses.alarm(name) if self._pulses else None
        last = reading.last_read_at.get(name)
        return SourceHealth(
            name=name,
            kind=_kind(one),
            last_read_at=last or (self._pulses.last_at(name) if self._pulses else None),
            trouble=_trouble(one),
            dropped=one.source.dropped if one.source is not None else 0,
            a_minute=self._pulses.a_minute(name) if self._pulses else 0,
            alarm=alarm.kind if alarm else "",
            alarm_since=alarm.since if alarm else None,
            product=reading.products.get(name, ""),
            is_learned=bool(self._pulses and self._pulses.is_learned(name, self._clock(), one.config.zone)),
        )


_ZONE: Final = ZoneInfo(ALMATY)


def _kind(one: Followed) -> str:
    return str(type(one.config).__struct_config__.tag)


def _name(matter: Matter) -> str:
    """What stays the same of a matter while it lasts."""
    return f"{matter.code} {matter.source} {'' if matter.source else matter.detail}"


def _trouble(one: Followed) -> str:
    return (one.source.trouble if one.source is not None else "") or one.trouble
