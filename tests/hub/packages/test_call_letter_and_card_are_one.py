"""The call that came first, the letter and the card that went up later are one incident (R48I.3-fallback, D26.asoi)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from qorgan.wire import package as wire
from tests.hub.calls.test_a_call_is_taken_down import record, said, take_down
from tests.hub.packages.test_a_package_becomes_a_card import reply, take

pytestmark = [pytest.mark.clause("R48I.3-fallback"), pytest.mark.clause("D26.asoi")]


def reported(market, monday, **changes):
    return record(market, monday - timedelta(minutes=23), take_down(market, monday - timedelta(minutes=20), **changes))


def sealed(sealer, **call):
    letter = wire.Letter(number="12", dated="2026-11-23", signatory="The head")
    return sealer.sealed(evidence=wire.Evidence(call=sealer.call(**call), letter=letter))


def drill(sealer, **call):
    return sealer.sealed(drill=True, evidence=wire.Evidence(call=sealer.call(**call)))


def stands(market):
    return market.hub.rows("SELECT kind, state, about_id IS NOT NULL FROM document ORDER BY kind")


def incidents(market):
    from qorgan.hub.calls.queries import incidents_by_phone_alone
    from qorgan.hub.casework.models import Document

    def count():
        return incidents_by_phone_alone().count() + Document.objects.filter(kind="incident-card").count()

    return market.seen("analyst", count)


def test_the_number_that_the_centre_gave_joins_them(market, monday, sealer):
    report = reported(market, monday, category="outage")
    package = take(sealed(sealer, centre_number=report.number.lower()), monday, by_module=True)
    assert stands(market) == [("incident-card", "sent", False), ("phone-report", "joined", True)]
    assert incidents(market) == 1
    told = msgspec.json.decode(reply(package).exact)["content"]
    assert (told["channel"], told["told"]["letter_number"], told["told"]["letter_date"]) == (
        "phone",
        "12",
        "2026-11-23",
    )
    take(sealed(sealer, centre_number=report.number), monday + timedelta(minutes=1), by_module=True)
    assert stands(market).count(("phone-report", "joined", True)) == 1


def test_without_a_number_the_same_phone_time_and_category_join_them(market, monday, sealer):
    reported(market, monday)
    take(sealed(sealer), monday, by_module=True)
    assert incidents(market) == 1


@pytest.mark.parametrize(
    "call",
    [
        {"centre_number": "PR-2026-ZZZZZZ"},
        {"called_from": "+77017654321"},
        {"called_at": "2026-11-23T01:00:00.000000Z"},
    ],
)
def test_where_it_is_not_sure_the_officer_is_asked_and_joins_by_hand(market, monday, sealer, call):
    from qorgan.hub.calls import actions
    from qorgan.hub.packages import joining

    report = reported(market, monday)
    package = take(sealed(sealer, **call), monday, by_module=True)
    assert incidents(market) == 2
    asked = market.seen("analyst", lambda: list(joining.to_ask(10)))
    assert [(one.pk, [row.pk for row in rows]) for one, rows in asked] == [(package.pk, [report.pk])]
    actions.join(report.pk, package.document_id, by=market.scope("analyst"), now=monday)
    assert incidents(market) == 1
    assert market.seen("analyst", lambda: list(joining.to_ask(10))) == []


def test_two_calls_that_fit_alike_are_not_guessed_between(market, monday, sealer):
    reported(market, monday)
    reported(market, monday)
    take(sealed(sealer), monday, by_module=True)
    assert incidents(market) == 3


def test_a_call_of_another_institution_is_never_joined(market, monday, sealer):
    report = reported(market, monday, institution="gamma", calling_number="+77270000000", call_back="Reached the head")
    take(sealed(sealer, centre_number=report.number), monday, by_module=True)
    assert incidents(market) == 2


def test_the_hub_acts_under_its_own_name(market, monday, sealer):
    reported(market, monday)
    take(sealed(sealer), monday, by_module=True)
    rows = market.hub.rows(
        "SELECT email, is_active FROM document_act JOIN person ON person.id = person_id WHERE verb = 'join'"
    )
    assert rows == [("asoi@program.invalid", False)]


@pytest.mark.clause("R48.15")
def test_a_drill_is_never_joined_with_a_real_call_nor_a_real_card_with_a_drills(market, monday, sealer):
    from qorgan.hub.calls import actions
    from qorgan.hub.casework.models import Document
    from qorgan.hub.packages import joining
    from qorgan.kit.refusal import Refusal

    real = reported(market, monday)
    package = take(drill(sealer, centre_number=real.number), monday, by_module=True)
    assert market.seen("analyst", lambda: Document.objects.get(pk=package.document_id).drill)
    assert market.seen("analyst", lambda: [rows for _one, rows in joining.to_ask(10)]) == [[]]
    with pytest.raises(Refusal) as refused:
        actions.join(real.pk, package.document_id, by=market.scope("analyst"), now=monday)
    assert refused.value.code == "drill-apart"
    called = monday - timedelta(minutes=20)
    begun = actions.take_down(
        market.organisations["alpha"], by=market.scope("analyst"), now=called, content=said(called), drill=True
    )
    exercise = record(market, monday - timedelta(minutes=23), begun)
    other = take(sealed(sealer, centre_number=exercise.number), monday, by_module=True)
    assert not market.seen("analyst", lambda: Document.objects.get(pk=other.document_id).drill)
    assert stands(market).count(("phone-report", "joined", True)) == 0
    # Of its own kind it is joined.
    take(drill(sealer, centre_number=exercise.number), monday, by_module=True)
    assert stands(market).count(("phone-report", "joined", True)) == 1


def test_a_drill_that_came_in_a_package_is_in_no_statistics(market, monday, sealer):
    from qorgan.hub.statistics.asked import Asked, circle
    from qorgan.hub.statistics.incidents import incidents as counted
    from qorgan.hub.statistics.period import Grain, Period

    def figures():
        period = Period.at(Grain.MONTH, monday)
        return [one.number for one in counted(period, circle(Asked(period), market.scope("analyst"), "en"))]

    take(drill(sealer), monday, by_module=True)
    assert market.hub.rows("SELECT count(*) FROM document WHERE kind = 'incident-card' AND drill") == [(1,)]
    assert market.seen("analyst", figures) == []
    take(sealer.sealed(), monday, by_module=True)
    assert len(market.seen("analyst", figures)) == 1
