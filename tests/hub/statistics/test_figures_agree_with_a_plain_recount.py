"""Every figure of a period against a recount in plain Python over the very rows, read past all walls."""

from __future__ import annotations

import json
import math
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

ALMATY = ZoneInfo("Asia/Almaty")
CARD, CALL = "incident-card", "phone-report"
WARNINGS = ("threat-warning", "vulnerability-warning")
COLUMNS = (
    *("id", "kind", "number", "author_id", "about_id", "state", "category", "drill", "open_to_centre"),
    *("found_at", "created_at", "agreed_at", "submitted_at", "sent_at", "received_at"),
)


class Plain:
    """All rows there are, and the recount of a period for some institutions or for everybody (None)."""

    def __init__(self, hub: Any, since: datetime, until: datetime, only: set[UUID] | None, now: datetime) -> None:
        self.since, self.until, self.only, self.now = since, until, only, now
        rows = hub.rows(f"SELECT {', '.join(COLUMNS)} FROM document")
        self.documents = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows}
        self.called = {
            document: datetime.fromisoformat(json.loads(bytes(exact))["content"]["called_at"])
            for document, exact in hub.rows("SELECT document_id, exact FROM document_version")
        }
        self.receptions = hub.rows(
            "SELECT id, document_id, organisation_id, state, delivered_at FROM document_reception"
        )
        self.clocks = hub.rows(
            "SELECT document_id, reception_id, organisation_id, clause, started_at, due_at, stopped_at "
            "FROM document_deadline"
        )
        self.returned = hub.rows("SELECT document_id, at FROM document_act WHERE verb = 'return'")

    def counts(self, whose: UUID) -> bool:
        return self.only is None or whose in self.only

    def within(self, at: datetime) -> bool:
        return self.since <= at < self.until

    def incidents(self) -> list[dict[str, Any]]:
        found = []
        for one in self.documents.values():
            if one["drill"]:
                continue
            if one["kind"] == CARD and one["submitted_at"]:
                calls = [
                    self.called[call["id"]]
                    for call in self.documents.values()
                    if call["kind"] == CALL and call["about_id"] == one["id"] and call["state"] in {"joined", "closed"}
                ]
                found.append(one | {"told": min([*calls, one["submitted_at"]]), "whose": one["author_id"]})
            elif one["kind"] == CALL and one["state"] == "recorded":
                (whose,) = [row[2] for row in self.receptions if row[1] == one["id"]]
                found.append(one | {"told": min(self.called[one["id"]], one["submitted_at"]), "whose": whose})
        return [one for one in found if self.within(one["told"]) and self.counts(one["whose"])]

    def others(self) -> Counter[tuple[str, UUID]]:
        return Counter(
            (one["kind"], one["author_id"])
            for one in self.documents.values()
            if one["kind"] not in {CARD, CALL}
            and not one["drill"]
            and self.within(one["submitted_at"])
            and self.counts(one["author_id"])
            # The centre does not read what institutions ask each other.
            and (self.only is not None or one["open_to_centre"])
        )

    def terms(self) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for document, _reception, whose, clause, _started, due, stopped in self.clocks:
            if self.documents[document]["drill"] or not self.within(due) or not self.counts(whose):
                continue
            late = stopped > due if stopped else due < self.now
            found[clause, "late" if late else "met" if stopped else "running"] += 1
        return found

    def returns(self) -> Counter[tuple[UUID, str]]:
        found: Counter[tuple[UUID, str]] = Counter()
        for document, at in self.returned:
            one = self.documents[document]
            if one["drill"] or not self.within(at) or not self.counts(one["author_id"]):
                continue
            clocks = [row for row in self.clocks if row[0] == document and row[3] == "R67.15" and row[4] == at]
            state = "open"
            if any(row[6] for row in clocks):
                state = "mended_late" if any(row[6] and row[6] > row[5] for row in clocks) else "mended"
            elif one["sent_at"] > at:
                state = "mended"
            found[one["author_id"], state] += 1
        return found

    def decisions(self) -> Counter[tuple[UUID, str]]:
        found: Counter[tuple[UUID, str]] = Counter()
        for reception, document, whose, state, delivered in self.receptions:
            one = self.documents[document]
            if one["kind"] not in WARNINGS or one["drill"] or not self.within(delivered) or not self.counts(whose):
                continue
            found[whose, state if state in {"accepted", "declined", "processed"} else "undecided"] += 1
            clocks = [row for row in self.clocks if row[1] == reception and row[4] == delivered]
            found[whose, "late"] += any((row[6] or self.now) > row[5] for row in clocks)
        return found


def plain_working(start: datetime, end: datetime) -> timedelta:
    """Working time, minute by minute, from the calendar as it ships."""
    from qorgan.law.calendar import shipped

    step = timedelta(minutes=1)
    worked, at = timedelta(), start.astimezone(ALMATY)
    while at < end:
        on = at.date()
        works = shipped().is_working(on)
        if works and 9 <= at.hour < 18:
            worked += min(step, end - at)
        at += step
    return worked


@pytest.mark.clause("R67.12")
@pytest.mark.clause("R48I.3-fallback")
@pytest.mark.parametrize("seed", [3, 11, 27])
@pytest.mark.parametrize("written", ["2026", "2026-Q4", "2026-10", "2026-11"])
def test_every_figure_is_the_number_of_its_rows(sector: Any, seed: int, written: str) -> None:
    from qorgan.hub.casework import calendar
    from qorgan.hub.statistics.asked import Asked, circle
    from qorgan.hub.statistics.figures import figures
    from qorgan.hub.statistics.period import Period
    from qorgan.hub.statistics.working import WorkingTime

    sector.seed(240, seed=seed)
    period = Period.read(written, sector.now)
    views: list[tuple[str, tuple[UUID, ...], set[UUID] | None]] = [("centre", (sector.centre,), None)]
    views += [("institution", (one,), {one}) for one in sector.institutions]
    for reach, organisations, only in views:

        def read(scope: Any) -> Any:
            whose = circle(Asked(period), scope, "en")
            return figures(period, whose, WorkingTime(calendar.in_force()), sector.now)

        found = sector.seen(reach, organisations, read)
        plain = Plain(sector.hub, period.since, period.until, only, sector.now)
        incidents = plain.incidents()
        assert {one.document for one in found.incidents} == {one["id"] for one in incidents}
        assert len(found.incidents) == len(incidents)
        assert {one.document: one.told_at for one in found.incidents} == {one["id"]: one["told"] for one in incidents}
        assert found.categories == Counter(one["category"] for one in incidents)
        assert found.institutions == Counter(one["whose"] for one in incidents)
        assert sum(sum(values) for values in found.over_time(period).values()) == len(incidents)
        assert found.documents == plain.others()
        terms = plain.terms()
        told = {(one.clause, name): getattr(one, name) for one in found.lateness for name in ("met", "late", "running")}
        assert {key: many for key, many in told.items() if many} == dict(terms)
        assert found.late_terms.total() == sum(many for (_clause, state), many in terms.items() if state == "late")
        back = {
            (key, name): getattr(one, name)
            for key, one in found.returns.items()
            for name in ("mended", "mended_late", "open")
        }
        assert {key: many for key, many in back.items() if many} == {k: v for k, v in plain.returns().items() if v}
        names = ("undecided", "accepted", "declined", "processed", "late")
        decided = {(key, name): getattr(one, name) for key, one in found.decisions.items() for name in names}
        assert {key: many for key, many in decided.items() if many} == {k: v for k, v in plain.decisions().items() if v}
        if written == "2026-11" and seed == 3:
            check_times(found, incidents)


def check_times(found: Any, incidents: list[dict[str, Any]]) -> None:
    """The legs of the way, each with its ranks counted anew."""
    from qorgan.hub.statistics.figures import Leg

    cards = [one for one in incidents if one["kind"] == CARD]
    for leg, start, end in (
        (Leg.FOUND_DRAFTED, "found_at", "created_at"),
        (Leg.DRAFTED_AGREED, "created_at", "agreed_at"),
        (Leg.AGREED_SUBMITTED, "agreed_at", "submitted_at"),
        (Leg.SUBMITTED_RECEIVED, "submitted_at", "received_at"),
        (Leg.FOUND_TOLD, "found_at", "told"),
    ):
        pairs = [(one[start], one[end]) for one in cards if one[start] and one[end]]
        if not pairs:
            assert leg not in found.times
            continue
        nought = timedelta()
        whole = sorted(max(end - start, nought) for start, end in pairs)
        worked = sorted(max(plain_working(start, end), nought) for start, end in pairs)
        one = found.times[leg]
        assert one.count == len(pairs)
        assert (one.median, one.ninth) == tuple(whole[math.ceil(len(whole) * share) - 1] for share in (0.5, 0.9))
        for told, value in ((one.working_median, 0.5), (one.working_ninth, 0.9)):
            assert abs(told - worked[math.ceil(len(worked) * value) - 1]) <= timedelta(minutes=1)
