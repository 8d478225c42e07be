"""Reminders before a term runs out, and what follows when it has (R67.13, R67.14, R67.15).

At nine in Almaty of the last working day, and for terms of more than one day of the working day before it as well,
whoever has to act is reminded. When the term has run out the head of the unit is told, and at nine of the next working
day the sectoral centre, where it may see the document. Each once for each moment the term runs out at: a clock that
the calendar moved is told of anew, one that stopped never.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef

from qorgan.hub.casework import calendar
from qorgan.hub.casework.deadlines import DAY_BEGINS
from qorgan.hub.casework.kinds import DocumentKind, kind_of
from qorgan.hub.casework.lifecycle import PROPOSED, Actor
from qorgan.hub.casework.models import Deadline, Draft
from qorgan.hub.notices.asking import clerks_transaction
from qorgan.hub.notices.models import DeadlineTold
from qorgan.hub.notices.people import Telling, called, told
from qorgan.hub.notices.writing import Cause, write
from qorgan.law.calendar import Calendar, OutsideCalendar, local_date, zone
from qorgan.law.days import SATURDAY

HORIZON: Final = timedelta(days=20)
"""How far ahead a term can be whose reminder is due: longer than any run of days that do not work."""

_MARK: Final = """
INSERT INTO deadline_told (deadline_id, stage, due_at, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


class Stage(StrEnum):
    """Moments of a clock at which somebody is told."""

    DAY_BEFORE = "day-before"
    LAST_DAY = "last-day"
    RAN_OUT = "ran-out"
    CENTRE = "centre"


_REMINDERS: Final = (Stage.DAY_BEFORE, Stage.LAST_DAY)


def moments(deadline: Deadline, table: Calendar) -> dict[Stage, datetime]:
    """When each stage of a clock is due. Reminders that would come before the clock was started are left out."""
    due_on = local_date(deadline.due_at)
    last = due_on if _works(table, due_on) else _beside(table, due_on, -1)
    found = {Stage.LAST_DAY: _morning(last)}
    if deadline.working_days != 1:
        found[Stage.DAY_BEFORE] = _morning(_beside(table, last, -1))
    found = {stage: at for stage, at in found.items() if at > deadline.started_at}
    # The term ends with its last instant; what is later is late.
    after = deadline.due_at + timedelta(microseconds=1)
    return found | {Stage.RAN_OUT: after, Stage.CENTRE: _morning(_beside(table, due_on, 1))}


def stages_due(
    deadline: Deadline, table: Calendar, *, told_of: set[str], now: datetime
) -> tuple[list[Stage], list[Stage]]:
    """The stages to tell of now, and those that were missed and would only repeat what is told or come too late."""
    at = moments(deadline, table)
    open_ = [stage for stage in Stage if stage in at and at[stage] <= now and stage not in told_of]
    reminders = [stage for stage in open_ if stage in _REMINDERS]
    current = reminders[-1:] if now <= deadline.due_at else []
    tell = current + [stage for stage in open_ if stage not in _REMINDERS]
    return tell, [stage for stage in reminders if stage not in current]


@dataclass(slots=True)
class TellingClocks:
    """Tells of clocks for as long as a clerk works. `mail` is whether mails go out of this hub."""

    mail: bool

    def tell_all(self, now: datetime) -> int:
        """Tell of every stage that is due. Gives how many notices were written."""
        written = 0
        with clerks_transaction():
            table = calendar.in_force()
            open_ = _open_clocks(now)
            told_of = _told_of(open_)
        for deadline in open_:
            tell, missed = stages_due(deadline, table, told_of=told_of.get(deadline.pk, set()), now=now)
            for stage in (*missed, *tell):
                written += self._tell(deadline.pk, stage, deadline.due_at, now, silently=stage in missed)
        return written

    def _tell(self, number: int, stage: Stage, due_at: datetime, now: datetime, *, silently: bool) -> int:
        with clerks_transaction():
            # Read again: it may have been stopped or moved since the list was made.
            deadline = (
                Deadline.objects.select_related("document__about", "reception")
                .filter(pk=number, stopped_at=None, due_at=due_at)
                .first()
            )
            if deadline is None:
                return 0
            with connection.cursor() as cursor:
                cursor.execute(_MARK, [number, stage.value, due_at, now])
                if cursor.rowcount == 0 or silently:
                    return 0
            telling = Telling(
                document=deadline.document,
                actors=_actors(deadline, stage),
                receptions=[deadline.reception] if deadline.reception else [],
                seen=Deadline.objects.filter(pk=number).exists,
            )
            cause = Cause(
                name=f"clock:{number}:{stage}:{due_at:%Y%m%dT%H%M}",
                what=f"clock.{stage}",
                document=deadline.document,
                reception=deadline.reception,
                deadline=deadline,
            )
            return write(cause, told(telling, but=None, now=now), called(telling), mail=self.mail, now=now)


def turn(deadline: Deadline, kind: DocumentKind) -> tuple[Actor, ...]:
    """Whose turn it is, of those who have to act within a term."""
    if deadline.reception is not None:
        steps = kind.reception.open_to(deadline.reception.state) if kind.reception else ()
        return tuple(dict.fromkeys(actor for step in steps for actor in step.who))
    state = Draft.objects.filter(document_id=deadline.document_id).values_list("state", flat=True).first()
    return (Actor.HEAD,) if state == PROPOSED else (Actor.MAKER,)


def _actors(deadline: Deadline, stage: Stage) -> tuple[Actor, ...]:
    if stage is Stage.CENTRE:
        return (Actor.CENTRE,)
    to_act = turn(deadline, kind_of(deadline.document.kind))
    if stage is Stage.RAN_OUT:
        return (*to_act, Actor.ADDRESSEE_HEAD if deadline.reception else Actor.HEAD)
    return to_act


def _open_clocks(now: datetime) -> list[Deadline]:
    done = DeadlineTold.objects.filter(deadline=OuterRef("pk"), stage=Stage.CENTRE, due_at=OuterRef("due_at"))
    found = Deadline.objects.filter(stopped_at=None, due_at__lte=now + HORIZON)
    return list(found.exclude(Exists(done)).order_by("due_at", "pk"))


def _told_of(deadlines: list[Deadline]) -> dict[int, set[str]]:
    due = {one.pk: one.due_at for one in deadlines}
    found: dict[int, set[str]] = {}
    rows = DeadlineTold.objects.filter(deadline__in=list(due)).values_list("deadline_id", "stage", "due_at")
    for deadline, stage, due_at in rows:
        if due_at == due[deadline]:
            found.setdefault(deadline, set()).add(stage)
    return found


def _morning(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, DAY_BEGINS, tzinfo=zone())


def _beside(table: Calendar, on: date, step: int) -> date:
    """The next working day in a direction."""
    on += timedelta(days=step)
    while not _works(table, on):
        on += timedelta(days=step)
    return on


def _works(table: Calendar, on: date) -> bool:
    """Whether a day works; days that the calendar does not know by their weekday."""
    try:
        return table.is_working(on)
    except OutsideCalendar:
        return on.weekday() < SATURDAY
