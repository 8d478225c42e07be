"""The calendar's page: read by all, changed by the head of the centre alone, by naming the act, after a look."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

EXCHANGE = {"action": "exchange", "on": "2026-12-17", "other": "2026-12-19", "act": "Order No. 1 of the example"}


def hidden(page: str) -> dict[str, str]:
    """What the second press of the button would send."""
    form = re.search(r'class="q-actions">.*?</form>', page, re.DOTALL)
    assert form, page
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))


def with_terms(sector: Any, *started: datetime) -> None:
    """Cards that came back at these moments, three working days to mend each."""
    from qorgan.law.asoi import MEND_RETURNED
    from qorgan.law.calendar import shipped

    sector.seed(60)
    sector.hub.tamper("DELETE FROM document_deadline")
    documents = [row[0] for row in sector.hub.rows("SELECT id FROM document WHERE kind = 'incident-card' ORDER BY id")]
    for document, at in zip(documents, started, strict=False):
        sector.hub.tamper(
            "INSERT INTO document_deadline (document_id, organisation_id, clause, starts, working_days, started_at, "
            "due_at, calendar) SELECT id, author_id, 'R67.15', %s, 3, %s, %s, %s FROM document WHERE id = %s",
            MEND_RETURNED.starts,
            at,
            shipped().due(MEND_RETURNED, at),
            shipped().version,
            document,
        )


@pytest.mark.parametrize(("language", "holiday"), [("kk", "Наурыз"), ("ru", "Наурыз"), ("en", "Nauryz")])
def test_the_year_stands_with_the_act_behind_each_day(sector: Any, language: str, holiday: str) -> None:
    client = sector.client("responsible-employee", sector.institutions[0], language=language)
    page = client.get("/calendar/?year=2026").content.decode()
    assert page.count('<table class="t-month">') == 12
    assert len(re.findall(r"<time datetime=", page)) == 365
    assert holiday in page
    assert "Law of 2001 No. 267" in page
    assert "t-change" not in page
    assert client.post("/calendar/change/", EXCHANGE).status_code == 403


@pytest.mark.clause("R67.15")
def test_open_terms_are_counted_before_and_moved_after_and_the_trace_is_kept(sector: Any) -> None:
    """Three working days from Tuesday 15 December, the 16th a holiday, run out on the 21st; with the 17th at rest and
    Saturday the 19th at work they are the 18th, the 19th and the 21st: it stays. From Monday the 14th they run out on
    Friday the 18th, and then on Saturday the 19th.
    """
    stays, moves = datetime(2026, 12, 15, 6, tzinfo=UTC), datetime(2026, 12, 14, 6, tzinfo=UTC)
    with_terms(sector, stays, moves)
    head = sector.client("centre-head")
    asked = head.post("/calendar/change/", EXCHANGE)
    assert asked.status_code == 200
    page = asked.content.decode()
    assert "1 open term will move." in page
    assert sector.hub.rows("SELECT 1 FROM calendar_edition") == []
    assert sector.hub.rows("SELECT 1 FROM hub_journal WHERE act = 'calendar.changed'") == []
    assert sector.hub.rows("SELECT 1 FROM document_deadline_move") == []
    done = head.post("/calendar/change/", hidden(page), follow=True).content.decode()
    assert "The calendar was changed; 1 open term moved." in done
    assert "Order No. 1 of the example" in done
    ((before, after),) = sector.hub.rows("SELECT before, after FROM document_deadline_move")
    assert (before.astimezone(UTC).day, after.astimezone(UTC).day) == (18, 19)
    ((detail,),) = sector.hub.rows("SELECT detail FROM hub_journal WHERE act = 'calendar.changed'")
    assert detail == {"act": "Order No. 1 of the example", "moved": 1}
    told = sector.client("head-of-security", sector.institutions[0]).get("/calendar/?year=2026").content.decode()
    assert "Order No. 1 of the example" in told


def test_who_looked_at_an_older_calendar_is_told(sector: Any) -> None:
    head = sector.client("centre-head")
    first = hidden(head.post("/calendar/change/", EXCHANGE).content.decode())
    restored = {"action": "restore", "on": "2026-12-16", "act": "Another order"}
    second = hidden(head.post("/calendar/change/", restored).content.decode())
    assert head.post("/calendar/change/", first).status_code == 302
    answer = head.post("/calendar/change/", second)
    assert answer.status_code == 409
    assert "Somebody changed the calendar meanwhile" in answer.content.decode()


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"action": "exchange", "on": "2026-12-17", "other": "2026-12-19"}, "Name the act behind the change."),
        (EXCHANGE | {"on": "2026-12-19"}, "This day rests already"),
        (EXCHANGE | {"other": "2026-12-18"}, "Only a Saturday or a Sunday"),
        (EXCHANGE | {"on": "2026-12-16"}, "This day stands in the table already."),
        (EXCHANGE | {"on": "2031-12-16"}, "enter the year first"),
        (EXCHANGE | {"on": "yesterday"}, "This is not a day."),
        (EXCHANGE | {"action": "move"}, "choose the holiday"),
        (EXCHANGE | {"action": "holiday"}, "Name the day in all three languages."),
        (EXCHANGE | {"action": "restore"}, "This day is an ordinary one."),
        (EXCHANGE | {"action": "year", "year": "2035"}, "Enter the year after the last one"),
        (EXCHANGE | {"action": "nonsense"}, "Choose what to do."),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_typed_kept(sector: Any, wish: dict[str, str], says: str) -> None:
    answer = sector.client("centre-head").post("/calendar/change/", wish)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert f'value="{wish.get("on")}"' in page
    assert sector.hub.rows("SELECT 1 FROM calendar_edition") == []


@pytest.mark.parametrize(
    ("wish", "rows"),
    [
        ({"action": "holiday", "on": "2026-12-18", "kk": "к", "ru": "р", "en": "e"}, {"2026-12-18": "holiday"}),
        ({"action": "move", "on": "2026-12-18", "other": "2026-05-09"}, {"2026-12-18": "moved"}),
        (
            {"action": "exchange", "on": "2026-12-17", "other": "2026-12-19"},
            {"2026-12-17": "rest", "2026-12-19": "working"},
        ),
        ({"action": "restore", "on": "2026-05-09"}, {"2026-05-09": "", "2026-05-11": ""}),
        ({"action": "year", "year": "2028"}, {}),
    ],
)
def test_each_change_makes_its_table(sector: Any, wish: dict[str, str], rows: dict[str, str]) -> None:
    head = sector.client("centre-head")
    page = head.post("/calendar/change/", wish | {"act": "Order"}).content.decode()
    assert "Before the calendar changes" in page, page
    assert head.post("/calendar/change/", hidden(page)).status_code == 302
    ((table,),) = sector.hub.rows("SELECT table FROM calendar_edition".replace("table", '"table"', 1))
    kinds = {day["on"]: day["kind"] for day in table["days"]}
    assert {on: kinds.get(on, "") for on in rows} == rows
    assert ("2028" in table["settled"]) == (wish["action"] == "year")
    assert head.get("/calendar/?year=2028").status_code == 200
