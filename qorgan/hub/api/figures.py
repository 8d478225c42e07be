"""Routes of figures: how things stand, and what the statistics of a period count (R67.4: readings are written down)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from qorgan.hub.api import given_members as given
from qorgan.hub.api.call import Answer, Call
from qorgan.hub.casework import calendar
from qorgan.hub.members import journal
from qorgan.hub.members.access import require
from qorgan.hub.members.journal import Act
from qorgan.hub.members.roles import Right
from qorgan.hub.statistics import asked as asked_
from qorgan.hub.statistics.asked import Asked, Circle
from qorgan.hub.statistics.figures import figures
from qorgan.hub.statistics.incidents import incidents as incidents_of
from qorgan.hub.statistics.pages import note_read
from qorgan.hub.statistics.situation import situation as situation_now
from qorgan.hub.statistics.tables import Value, tables
from qorgan.hub.statistics.working import working_time


def situation(call: Call) -> Answer:
    """How things stand, for the people of the centre. Looking is written down."""
    require(call.scope, Right.DOCUMENTS_OVERSEE)
    found = situation_now(call.scope, call.now)
    journal.write(Act.SITUATION_READ, by=call.scope, now=call.now)
    return Answer(
        given.SituationShown(
            cards=[
                given.OpenCards(category=category, state=state, number=number)
                for (category, state), number in sorted(found.cards.items())
            ],
            coverage=[
                given.WarningCovered(
                    document=one.document,
                    number=one.number,
                    kind=one.kind,
                    sent_at=one.sent_at,
                    received=one.received,
                    decided=one.decided,
                    processed=one.processed,
                    late=one.late,
                )
                for one in found.coverage
            ],
            warnings=found.warnings,
            undecided=found.undecided,
            overdue=found.overdue_all,
            returned=found.returned_all,
            calls=found.calls_all,
        )
    )


def statistics(call: Call) -> Answer:
    """The tables of a period, as the page and its exports hold them."""
    asked, circle = _asked(call)
    found = figures(asked.period, circle, working_time(calendar.in_force()), call.now)
    note_read(Act.STATISTICS_READ, call.scope, call.now, asked)
    made = tables(found, asked, circle, call.language)
    return Answer(
        given.StatisticsShown(
            period=str(asked.period),
            tables=[
                given.TableShown(
                    key=one.key,
                    title=str(one.title),
                    columns=[str(column.words) for column in one.columns],
                    rows=[_plain(row.cells) for row in one.rows],
                    total=_plain(one.total),
                )
                for one in made
            ],
        )
    )


def incidents(call: Call) -> Answer:
    """The incidents of a period one by one: the rows behind the numbers."""
    asked, circle = _asked(call)
    category = call.query.get("category", "")
    rows = [one for one in incidents_of(asked.period, circle) if category in {"", one.category}]
    note_read(Act.STATISTICS_READ, call.scope, call.now, asked)
    return Answer(
        [
            given.IncidentShown(
                document=one.document,
                kind=one.kind,
                number=one.number,
                category=one.category,
                severity=one.severity,
                state=one.state,
                organisation=one.organisation,
                found_at=one.found_at,
                told_at=one.told_at,
                submitted_at=one.submitted_at,
                received_at=one.received_at,
                by_phone=one.by_phone,
            )
            for one in rows
        ]
    )


def _plain(cells: Iterable[Value]) -> list[str | int | float | None]:
    return [cell.isoformat() if isinstance(cell, datetime) else cell for cell in cells]


def _asked(call: Call) -> tuple[Asked, Circle]:
    require(call.scope, Right.DOCUMENTS_READ)
    query = call.query
    said = {"period": query.get("period", ""), "organisation": query.get("whose", ""), "kind": query.get("of_kind", "")}
    asked = asked_.read(said, call.now)
    return asked, asked_.circle(asked, call.scope, call.language)
