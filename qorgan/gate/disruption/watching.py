"""The clerk's job: look whether people can come in, and write in the journal when they cannot, and when they can again.

The gate that is not there cannot tell. So it keeps when it was seen at work last; once it is back, the time between is
a disruption that it did not see, and is told with its beginning and its end.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction

from qorgan.gate.disruption import observing, portal
from qorgan.gate.disruption.judging import began_at, is_bad, is_well, last_bad, still
from qorgan.gate.disruption.models import Disruption, Pulse
from qorgan.gate.disruption.observing import Observed, observed
from qorgan.gate.disruption.steps import Span, folder_of, spans
from qorgan.gate.journal.entry import HERE, Entry
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.writing import write
from qorgan.kit import clock
from qorgan.wire import disruption as wire
from qorgan.wire.disruption import Cause, Phase


def look() -> int:
    """Look once; gives how many entries were written."""
    return watch(clock.now(), is_here=portal.is_here())


@transaction.atomic
def watch(now: datetime, *, is_here: bool) -> int:
    """One look. `is_here` says whether the portal answers; that the database does is seen by this very transaction.

    (1) An absence that nobody could tell of. (2) Too many who fail, for long enough. (3) What goes on, or has ended.
    """
    limits = settings.CONFIG.disruption
    pulse, _ = Pulse.objects.select_for_update().get_or_create(pk=1, defaults={"answered_at": now})
    stands = Disruption.objects.filter(stands=True).first()
    told = 0
    # (1) While the portal is away, and afterwards.
    was_away = now - pulse.answered_at >= limits.lasting and not _worked(pulse.answered_at, now)
    if was_away and stands is None:
        stands, told = _begin(Cause.ABSENT, pulse.answered_at, now), 1
    if not is_here:
        return told + _go_on(stands, now)
    pulse.answered_at = now
    if stands is not None and stands.cause == Cause.ABSENT:
        pulse.bad_since = None
        told += _end(stands, now, now)
    else:
        found = list(spans(folder_of(settings.CONFIG.state), _earliest(stands, now)))
        told += _judged(pulse, stands, now, found)
    pulse.save()
    return told


def _judged(pulse: Pulse, stands: Disruption | None, now: datetime, found: list[Span]) -> int:
    limits = settings.CONFIG.disruption
    seen = observed(now - limits.lasting, now, found)
    cause = is_bad(seen, limits)
    if stands is None:
        # (2) As long as it does not stop.
        pulse.bad_since = (pulse.bad_since or began_at(seen, cause)) if cause else None
        if cause is None or pulse.bad_since is None or now - pulse.bad_since < limits.lasting:
            return 0
        if not still(seen, now, limits):
            return 0
        _begin(_closer(cause, found, seen), pulse.bad_since, now)
        pulse.bad_since = None
        return 1
    # (3) A night without people is no end, nor is the silence of a service that nobody asks.
    if cause is None and is_well(seen, limits) and not observing.is_somebody_away(stands.since, now):
        last = last_bad(observed(stands.since, now, found)) or stands.since
        return _end(stands, observing.first_good(last, now) or now, now)
    return _go_on(stands, now)


def _closer(cause: Cause, found: list[Span], seen: Observed) -> Cause:
    """Whether the gate's own fault is that it fails, or that it is slow."""
    if cause is not Cause.GATE:
        return cause
    within = [one for one in found if seen.first_hindered is not None and one.at >= seen.first_hindered]
    return Cause.SLOW if sum(one.slow for one in within) * 2 > seen.hindered else Cause.GATE


def _begin(cause: Cause, since: datetime, now: datetime) -> Disruption:
    made = Disruption.objects.create(cause=cause.value, since=since, told_at=now)
    _tell(made, Phase.BEGAN, now)
    return made


def _go_on(stands: Disruption | None, now: datetime) -> int:
    if stands is None or now - stands.told_at < timedelta(minutes=settings.CONFIG.disruption.again_minutes):
        return 0
    stands.told_at = now
    stands.save(update_fields=["told_at"])
    _tell(stands, Phase.GOES_ON, now)
    return 1


def _end(stands: Disruption, until: datetime, now: datetime) -> int:
    stands.stands, stands.until, stands.told_at = False, until, now
    stands.save(update_fields=["stands", "until", "told_at"])
    _tell(stands, Phase.ENDED, now)
    return 1


def _tell(one: Disruption, phase: Phase, now: datetime) -> None:
    found = list(spans(folder_of(settings.CONFIG.state), one.since))
    seen = observed(one.since, now, found)
    known = wire.Disruption(
        id=one.pk,
        phase=phase,
        cause=Cause(one.cause),
        at=now,
        since=one.since,
        until=one.until,
        failed=seen.failed,
        succeeded=seen.succeeded,
        people=seen.people,
        steps=seen.steps,
        hindered=seen.hindered,
        services=observing.services(one.since, now),
    )
    detail: dict[str, Any] = msgspec.to_builtins(known)
    has_ended = phase is Phase.ENDED
    write(
        Entry(
            event=Event.SIGN_IN_RESTORED if has_ended else Event.SIGN_IN_DISRUPTED,
            outcome="done" if has_ended else "failed",
            at=now,
            whence=HERE,
            reason=one.cause,
            detail=detail,
        )
    )


def _worked(since: datetime, until: datetime) -> bool:
    """Whether somebody came in meanwhile: then the gate was there, and only nobody looked."""
    return observing.first_good(since, until) is not None


def _earliest(stands: Disruption | None, now: datetime) -> datetime:
    window: datetime = now - settings.CONFIG.disruption.lasting
    return min(stands.since, window) if stands is not None else window
