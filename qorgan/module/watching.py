"""Looks at a running module as an operator would, and says aloud, once, what a person should look at."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from qorgan import __version__
from qorgan.module.accounting import Account
from qorgan.module.following import Followed, Following
from qorgan.module.health import OK, TROUBLE, Health, SourceHealth
from qorgan.module.room.room import Room
from qorgan.module.sender.progress import Phase
from qorgan.module.sender.sender import Sender
from qorgan.module.spool import Spool
from qorgan.wire.enrolment import Enrolled

log = logging.getLogger(__name__)

_FAILURES_IN_A_ROW: Final = 3
_CLOCK_TOLERANCE: Final = 60.0


class Watch:
    """Gives the health of the moment."""

    def __init__(
        self,
        spool: Spool,
        sender: Sender,
        following: Following,
        room: Room,
        *,
        identity: Enrolled,
        silent_after: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self.identity = identity
        self.silent_after = silent_after
        """How long a source may give nothing before it is a trouble; none: for ever."""
        self._spool, self._sender, self._following, self._room = spool, sender, following, room
        self._clock = clock
        self._started = clock()
        self._said: set[str] = set()

    def health(self) -> Health:
        """All at once. Raises SpoolError when the spool cannot be read."""
        progress, at = self._sender.progress, self._clock()
        account = self._spool.account()
        followed = list(self._following.followed.values())
        troubles = [*self._troubles(account), *self._of_sources(followed, at)]
        return Health(
            status=TROUBLE if troubles else OK,
            troubles=troubles,
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
            log=progress.log,
            log_size=progress.log_size,
            next_sequence=self._spool.next_sequence,
            acknowledged=self._spool.acknowledged,
            spool_bytes=self._spool.used_bytes(),
            judging_restarts=self._room.restarts,
            account=account,
            sources=[self._source(one) for one in followed],
        )

    def say_what_is_new(self) -> None:
        """Log the troubles that were not there the last time, and those that are over."""
        found = set(self.health().troubles)
        for trouble in sorted(found - self._said):
            log.warning("%s", trouble)
        for trouble in sorted(self._said - found):
            log.info("over: %s", trouble)
        self._said = found

    def _troubles(self, account: Account) -> Iterator[str]:
        progress = self._sender.progress
        if self._sender.reading.stopped:
            yield f"nothing is read: {self._sender.reading.stopped}"
        if self._room.trouble:
            yield f"nothing is judged: {self._room.trouble}"
        if progress.phase is Phase.REVOKED:
            yield f"nothing is sent, the module was revoked: {progress.trouble}"
        elif progress.failures >= _FAILURES_IN_A_ROW:
            yield f"nothing is sent: {progress.trouble}"
        if abs(progress.clock_offset) > _CLOCK_TOLERANCE:
            yield "the clock of this machine is over a minute apart from the hub's"
        yield from (f"the account does not add up: {fault}" for fault in account.faults())

    def _of_sources(self, followed: list[Followed], at: datetime) -> Iterator[str]:
        last_read_at = self._sender.reading.last_read_at
        for one in followed:
            name = one.config.name
            trouble = _trouble(one)
            if trouble:
                yield f"source {name} cannot be read: {trouble}"
            elif self.silent_after and name in last_read_at and at - last_read_at[name] > self.silent_after:
                yield f"source {name} gave nothing since {last_read_at[name].isoformat(timespec='seconds')}"

    def _source(self, one: Followed) -> SourceHealth:
        return SourceHealth(
            name=one.config.name,
            kind=str(type(one.config).__struct_config__.tag),
            last_read_at=self._sender.reading.last_read_at.get(one.config.name),
            trouble=_trouble(one),
            dropped=one.source.dropped if one.source is not None else 0,
        )


def _trouble(one: Followed) -> str:
    return (one.source.trouble if one.source is not None else "") or one.trouble
