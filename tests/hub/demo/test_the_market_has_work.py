"""The demonstration's people leave documents of every kind in every state, through the acts of everybody."""

from __future__ import annotations

from argparse import Namespace
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from qorgan.law.calendar import local_date
from tests.hub.conftest import Hub

SUNDAY = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
MOMENTS = (
    SUNDAY,
    datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
    # A minute after midnight in Almaty.
    datetime(2026, 11, 23, 19, 1, tzinfo=UTC),
    # After the longest row of days that do not work.
    datetime(2026, 3, 26, 4, 0, tzinfo=UTC),
)


@pytest.fixture
def members(django_hub: Hub) -> Hub:
    """A hub with the demonstration's members, and nothing that they did."""
    from qorgan.demo.seed import seed

    seed(Namespace(password="no-matter-what", totp="JBSWY3DPEHPK3PXP"), str(django_hub.verifier))
    return django_hub


def states(hub: Hub, table: str) -> dict[str, set[str]]:
    found = defaultdict(set)
    joined = "" if table == "document" else f"JOIN {table} AS part ON part.document_id = document.id"
    whose = "document" if table == "document" else "part"
    for kind, state in hub.rows(f"SELECT DISTINCT document.kind, {whose}.state FROM document {joined}"):
        found[kind].add(state)
    return found


def test_every_kind_stands_in_every_state(members: Hub) -> None:
    """Drafts included; what only the clerk or a page would do is not among the states."""
    from qorgan.demo.casework.fill import fill
    from qorgan.hub.casework.kinds import kinds

    assert fill(SUNDAY)
    lives, parts, drafts = (states(members, table) for table in ("document", "document_reception", "document_draft"))
    for kind in kinds():
        assert set(kind.life.states) == lives[kind.code], kind.code
        if kind.reception:
            assert set(kind.reception.states) == parts[kind.code], kind.code
    assert set(drafts["incident-card"]) == {"open", "proposed", "agreed"}
    assert members.rows("SELECT count(*) FROM document WHERE drill") == [(1,)]
    assert members.rows("SELECT count(*) > 1 FROM document_attachment") == [(True,)]


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_terms_are_met_and_running_and_one_has_run_out_on_any_day(members: Hub, now: datetime) -> None:
    from qorgan.demo.casework.fill import fill

    fill(now)
    late = "SELECT organisation.name_en FROM document_deadline JOIN organisation ON organisation.id = organisation_id "
    assert members.rows(late + "WHERE stopped_at IS NULL AND due_at < %s", now) == [
        ("Invented Bank, branch of a non-resident bank",)
    ]
    assert members.rows(late + "WHERE stopped_at > due_at") == []
    ((met, running),) = members.rows(
        "SELECT count(*) FILTER (WHERE stopped_at <= due_at), count(*) FILTER (WHERE stopped_at IS NULL) "
        "FROM document_deadline"
    )
    assert met > 20
    assert running > 5
    ((first, last),) = members.rows("SELECT min(at), max(at) FROM document_act")
    assert now - timedelta(days=45) < first < last <= now
    assert members.rows("SELECT id FROM document_act ORDER BY at, id") == members.rows(
        "SELECT id FROM document_act ORDER BY id"
    )


def test_a_later_start_does_nothing(members: Hub) -> None:
    from qorgan.demo.casework.fill import fill

    fill(SUNDAY)
    done = members.rows("SELECT count(*) FROM document_act")
    assert fill(SUNDAY + timedelta(days=1)) == 0
    assert members.rows("SELECT count(*) FROM document_act") == done


@pytest.mark.clause("R67.14")
def test_an_answer_being_written_shows_the_term_of_its_inquiry(members: Hub) -> None:
    """Example Bank finished its work one working day back, on Friday the 20th: ten working days end on 4 December."""
    from django.db import transaction

    from qorgan.demo.casework.fill import fill, hands_of_the_market
    from qorgan.hub.casework import queries

    fill(SUNDAY)
    with transaction.atomic():
        waiting = queries.todo(hands_of_the_market().maker("example-bank", SUNDAY))
    answers = [one for one in waiting if one.document.kind == "answer"]
    assert [local_date(one.due_at).isoformat() for one in answers if one.due_at] == ["2026-12-04"]
