"""A threat warning from the draft to the last addressee (R67.10, R67.13, R67.15)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hub.casework.conftest import MONDAY, Market
from tests.hub.warnings import steps

HOUR = timedelta(hours=1)
ALMATY = timedelta(hours=5)


def refused(act: Any) -> Any:
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as found:
        act()
    return found.value


def day_of(moment: datetime) -> str:
    return f"{(moment.astimezone(UTC) + ALMATY):%Y-%m-%d %H:%M}"


def seen_coverage(market: Market, person: str, document: Any, now: datetime = MONDAY) -> Any:
    from qorgan.hub.casework import access
    from qorgan.hub.warnings import queries

    by = market.scope(person)
    return market.seen(person, lambda: queries.coverage(access.document_for(document.pk), by, now))


@pytest.mark.clause("R67.3.3")
@pytest.mark.clause("R67.10")
def test_everyone_connected_receives_it_and_its_author_does_not(market: Market) -> None:
    document = steps.threat(market)
    told = market.hub.rows("SELECT organisation_id FROM document_reception WHERE document_id = %s", document.pk)
    assert {one for (one,) in told} == {market.organisations[name] for name in ("soc", "beta", "gamma")}
    assert (document.state, document.severity, document.category) == ("published", 3, "phishing")


@pytest.mark.clause("R67.10")
@pytest.mark.parametrize("field", ["source", "threat_type", "degree", "tlp", "description", "recommendations"])
def test_each_of_the_six_fields_is_asked_for_by_the_clause(market: Market, field: str) -> None:
    from qorgan.hub.casework import drafts

    content = {name: value for name, value in steps.THREAT.items() if name != field}
    made = steps.draft(market, "threat-warning", "alpha", content)
    told = refused(lambda: drafts.propose(made.pk, by=market.scope("alpha_maker"), now=MONDAY))
    assert (told.code, told.field, told.clause) == ("incomplete", field, "R67.10")


@pytest.mark.clause("R67.10")
def test_it_is_not_sent_before_another_person_agreed_to_its_bytes(market: Market) -> None:
    from qorgan.hub.casework import drafts, engine

    made = steps.draft(market, "threat-warning", "alpha", steps.THREAT)
    maker = market.scope("alpha_maker")
    drafts.propose(made.pk, by=maker, now=MONDAY)
    told = refused(lambda: engine.perform(made.pk, "submit", by=maker, now=MONDAY))
    assert (told.code, told.clause) == ("not-agreed", "R67.10")
    assert refused(lambda: drafts.agree(made.pk, by=maker, now=MONDAY)).code == "not-allowed"
    drafts.agree(made.pk, by=market.scope("alpha_head"), now=MONDAY)
    drafts.edit(made.pk, steps.THREAT | {"degree": "low"}, by=maker, now=MONDAY)
    assert refused(lambda: engine.perform(made.pk, "submit", by=maker, now=MONDAY)).code == "not-agreed"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("indicators", [{"type": "ipv4-addr", "value": "300.1.1.1"}]),
        ("indicators", [{"type": "file-sha256", "value": "abc"}]),
        ("techniques", ["phishing"]),
        ("valid_until", "2020-01-01T00:00:00Z"),
    ],
)
def test_what_cannot_be_so_is_said_before_it_is_proposed(market: Market, field: str, value: Any) -> None:
    from qorgan.hub.casework import drafts

    content = steps.THREAT | {"observed_since": "2026-11-01T00:00:00Z", field: value}
    made = steps.draft(market, "threat-warning", "alpha", content)
    told = refused(lambda: drafts.propose(made.pk, by=market.scope("alpha_maker"), now=MONDAY))
    assert (told.code, told.field) == ("incomplete", field)


@pytest.mark.clause("R67.13")
def test_the_clock_runs_one_working_day_and_stops_when_the_head_agreed(market: Market) -> None:
    """Sent on Monday, the decision is due by the end of Tuesday; sent on Friday, by the end of the next Monday."""
    document = steps.threat(market)
    part = seen_coverage(market, "analyst", document).parts[0]
    assert day_of(part.due_at) == "2026-11-24 23:59"
    friday = MONDAY + timedelta(days=4)
    other = steps.threat(market, now=friday)
    assert day_of(seen_coverage(market, "analyst", other).parts[0].due_at) == "2026-11-30 23:59"
    steps.decide(market, document, "gamma", True, False, now=MONDAY + HOUR, agree=False)
    running = "SELECT count(*) FROM document_deadline WHERE reception_id = %s AND stopped_at IS NULL"
    gamma = steps.reception(market, document, "gamma")
    assert market.hub.rows(running, gamma) == [(1,)]
    from qorgan.hub.casework import receptions

    receptions.perform(gamma, "agree", by=market.scope("gamma_head"), now=MONDAY + 2 * HOUR)
    assert market.hub.rows(running, gamma) == [(0,)]


@pytest.mark.clause("R67.13")
def test_each_recommendation_is_decided_and_the_warning_set_to_processed(market: Market) -> None:
    from qorgan.hub.casework import receptions

    document = steps.threat(market)
    steps.decide(market, document, "gamma", True, False, now=MONDAY + HOUR)
    steps.decide(market, document, "soc", False, False, now=MONDAY + HOUR)
    receptions.perform(
        steps.reception(market, document, "gamma"), "process", by=market.scope("gamma_maker"), now=MONDAY + 2 * HOUR
    )
    late = MONDAY + timedelta(days=2)
    whole = seen_coverage(market, "analyst", document, late)
    assert whole.states == {"processed": 1, "declined": 1, "received": 1}
    assert [(one.accepted, one.declined) for one in whole.recommendations] == [(1, 1), (0, 2)]
    by_name = {part.institution.id: part for part in whole.parts}
    gamma, beta = (by_name[market.organisations[name]] for name in ("gamma", "beta"))
    assert [(one.accepted, one.reason) for one in gamma.verdicts] == [(True, ""), (False, "We run no such mail")]
    assert gamma.processed_at == MONDAY + 2 * HOUR
    assert whole.late == 1
    assert beta.late
    assert not gamma.late
    assert whole.parts[0] == beta


@pytest.mark.clause("R67.13")
def test_others_see_their_own_part_alone_and_no_decision_before_its_head_agreed(market: Market) -> None:
    document = steps.threat(market)
    steps.decide(market, document, "gamma", True, True, agree=False)
    from_outside = {part.state for part in seen_coverage(market, "alpha_maker", document).parts}
    assert from_outside == {"received"}
    assert all(not part.verdicts for part in seen_coverage(market, "analyst", document).parts)
    own = seen_coverage(market, "gamma_head", document)
    assert [(part.state, len(part.verdicts)) for part in own.parts] == [("accepting", 2)]
    of_soc = seen_coverage(market, "soc_maker", document)
    assert {part.institution.id for part in of_soc.parts} == {market.organisations["soc"], market.organisations["beta"]}


@pytest.mark.clause("R67.13")
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    given_verdicts=st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.sampled_from(["", " ", "Not used here"]))),
    items=st.integers(1, 3),
    verb=st.sampled_from(["accept", "decline"]),
)
def test_a_decision_is_taken_only_whole_with_reasons_and_true_to_its_verb(
    market: Market, given_verdicts: list[tuple[int, bool, str]], items: int, verb: str
) -> None:
    from qorgan.hub.casework import receptions
    from qorgan.hub.warnings import lifecycle

    step = lifecycle.RECEPTION.step("received", verb)
    assert step is not None
    verdicts = [receptions.Verdict(*one) for one in given_verdicts]
    is_whole = sorted(one.item for one in verdicts) == list(range(1, items + 1))
    has_reasons = all(one.accepted or one.reason.strip() for one in verdicts)
    is_true = any(one.accepted for one in verdicts) == (verb == "accept")
    if is_whole and has_reasons and is_true:
        taken = receptions._checked(verdicts, items, step)
        assert [one["item"] for one in taken] == list(range(1, items + 1))
    else:
        assert refused(lambda: receptions._checked(verdicts, items, step)).clause == "R67.13"


@pytest.mark.clause("R67.13")
def test_a_new_version_restarts_the_decision_only_where_the_recommendations_changed(market: Market) -> None:
    from qorgan.hub.casework import drafts

    document = steps.threat(market)
    steps.decide(market, document, "gamma", True, True)
    maker = market.scope("alpha_maker")
    drafts.edit(document.pk, steps.THREAT | {"description": "More is known."}, by=maker, now=MONDAY + HOUR)
    steps.send(market, document, "alpha", now=MONDAY + HOUR)
    state = "SELECT state, version FROM document_reception WHERE document_id = %s AND organisation_id = %s"
    gamma = market.organisations["gamma"]
    assert market.hub.rows(state, document.pk, gamma) == [("accepted", 1)]
    tuesday = MONDAY + timedelta(days=1)
    drafts.edit(document.pk, steps.THREAT | {"recommendations": ["Block the sender"]}, by=maker, now=tuesday)
    steps.send(market, document, "alpha", now=tuesday)
    assert market.hub.rows(state, document.pk, gamma) == [("received", 3)]
    clocks = "SELECT due_at FROM document_deadline WHERE reception_id = %s AND stopped_at IS NULL"
    [(due,)] = market.hub.rows(clocks, steps.reception(market, document, "gamma"))
    assert day_of(due) == "2026-11-25 23:59"


@pytest.mark.clause("R67.15")
def test_the_centre_returns_it_with_fields_and_it_is_mended_within_three_working_days(market: Market) -> None:
    """Returned on Monday, the mended version is due by the end of Thursday. The first submission keeps its time."""
    from qorgan.hub.casework import drafts, engine

    document = steps.threat(market)
    lacking = engine.lacking([{"field": "source", "reason": "Which country?"}])
    chief = market.scope("analyst")
    told = refused(lambda: engine.perform(document.pk, "return", by=chief, now=MONDAY))
    assert (told.code, told.clause) == ("fields-missing", "R67.15")
    refusal = refused(
        lambda: engine.perform(document.pk, "return", by=market.scope("gamma_maker"), now=MONDAY, fields=lacking)
    )
    # An addressee cannot so much as lock it: to those who may not change it, it is as if it were not there.
    assert refusal.code in {"not-allowed", "document-unknown"}
    engine.perform(document.pk, "return", by=chief, now=MONDAY, fields=lacking)
    clocks = "SELECT due_at FROM document_deadline WHERE document_id = %s AND clause = 'R67.15' AND stopped_at IS NULL"
    [(due,)] = market.hub.rows(clocks, document.pk)
    assert day_of(due) == "2026-11-26 23:59"
    drafts.edit(document.pk, steps.THREAT | {"source": "Abroad"}, by=market.scope("alpha_maker"), now=MONDAY)
    mended = steps.send(market, document, "alpha", now=MONDAY + HOUR)
    assert market.hub.rows(clocks, document.pk) == []
    assert (mended.state, mended.version, mended.submitted_at) == ("published", 2, MONDAY)


def test_one_that_supersedes_withdraws_the_other_and_nobody_owes_it_anything(market: Market) -> None:
    from qorgan.hub.casework import receptions
    from qorgan.hub.warnings import actions

    old = steps.threat(market)
    assert refused(lambda: actions.supersede(old.pk, by=market.scope("gamma_maker"), now=MONDAY)).code == "not-allowed"
    new = actions.supersede(old.pk, by=market.scope("alpha_maker"), now=MONDAY)
    steps.send(market, new, "alpha", now=MONDAY + HOUR)
    assert market.hub.rows("SELECT state FROM document WHERE id = %s", old.pk) == [("withdrawn",)]
    open_clocks = "SELECT count(*) FROM document_deadline WHERE document_id = %s AND stopped_at IS NULL"
    assert market.hub.rows(open_clocks, old.pk) == [(0,)]
    assert market.hub.rows(open_clocks, new.pk) == [(3,)]
    told = refused(lambda: steps.decide(market, old, "gamma", True, True))
    assert told.code == "wrong-state"
    gone = market.seen("gamma_maker", lambda: receptions.possible(_part(market, old), market.scope("gamma_maker")))
    assert gone == []


def test_nobody_withdraws_another_institutions_warning_by_naming_it(market: Market) -> None:
    from qorgan.hub.casework import access

    old = steps.threat(market)
    named = market.seen("gamma_maker", lambda: access.document_for(old.pk))
    forged = steps.draft(market, "threat-warning", "gamma", steps.THREAT, about=named)
    assert refused(lambda: steps.send(market, forged, "gamma")).code in {"not-allowed", "document-unknown"}
    assert market.hub.rows("SELECT state FROM document WHERE id = %s", old.pk) == [("published",)]
    assert market.hub.rows("SELECT version FROM document WHERE id = %s", forged.pk) == [(0,)]


@pytest.mark.clause("R67.13")
def test_two_who_decide_at_once_make_one_decision_and_the_other_is_told(market: Market) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    from qorgan.hub.casework import receptions
    from qorgan.kit.refusal import Refusal

    market.hire("gamma_other", "gamma", "responsible-employee")
    document = steps.threat(market)
    part = steps.reception(market, document, "gamma")

    def say(person: str, verb: str, *, accepted: bool) -> str:
        verdicts = [receptions.Verdict(item=item, accepted=accepted, reason="No") for item in (1, 2)]
        try:
            by = market.scope(person)
            receptions.perform(part, verb, by=by, now=MONDAY, revision=1, decision=verdicts)
        except Refusal as told:
            return told.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(say, "gamma_maker", "accept", accepted=True)
        other = threads.submit(say, "gamma_other", "decline", accepted=False)
        assert sorted([one.result(), other.result()]) == ["changed-meanwhile", "done"]
    acts = "SELECT count(*) FROM document_act WHERE reception_id = %s AND verb IN ('accept', 'decline')"
    assert market.hub.rows(acts, part) == [(1,)]


def test_coverage_asks_as_often_for_many_addressees_as_for_few(market: Market) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from qorgan.hub.casework import access
    from qorgan.hub.warnings import queries

    def asked() -> int:
        document = steps.threat(market)
        by = market.scope("analyst")

        def read() -> int:
            found = access.document_for(document.pk)
            with CaptureQueriesContext(connection) as context:
                queries.coverage(found, by, MONDAY)
            return len(context)

        count: int = market.seen("analyst", read)
        return count

    few = asked()
    for number in range(20):
        market.join(f"bank{number}")
    assert asked() == few <= 8


def _part(market: Market, document: Any) -> Any:
    from qorgan.hub.casework import access

    return access.reception_for(steps.reception(market, document, "gamma"))


def test_an_anonymous_author_is_in_no_bytes_that_addressees_read(market: Market) -> None:
    from qorgan.hub.casework import access, engine

    document = steps.threat(market, anonymous=True)
    engine.perform(document.pk, "withdraw", by=market.scope("alpha_maker"), now=MONDAY + HOUR, reason="A mistake")
    [(bin_,)] = market.hub.rows("SELECT bin FROM organisation WHERE id = %s", market.organisations["alpha"])
    [(centre,)] = market.hub.rows("SELECT bin FROM organisation WHERE id = %s", market.organisations["centre"])

    def read() -> list[bytes]:
        found = access.document_for(document.pk)
        return [bytes(one.exact) for one in [*found.acts.all(), *found.versions.all()]]

    public = market.seen("gamma_maker", read)
    assert len(public) == 3
    for raw in public:
        assert bin_.encode() not in raw
        assert msgspec.json.decode(raw)["organisation"] == centre
    own = market.seen("alpha_maker", read)
    assert any(bin_.encode() in raw for raw in own)

    def author(person: str) -> Any:
        by = market.scope(person)
        return market.seen(person, lambda: access.author_of(access.document_for(document.pk), by))

    alpha = market.organisations["alpha"]
    assert [author(person) for person in ("gamma_maker", "analyst", "alpha_head")] == [None, alpha, alpha]


def test_an_anonymous_author_is_not_found_by_asking_for_its_documents(market: Market) -> None:
    from qorgan.hub.casework import access
    from qorgan.hub.casework.models import Document

    steps.threat(market, anonymous=True)
    alpha = market.organisations["alpha"]

    def found(person: str) -> int:
        by = market.scope(person)
        return market.seen(person, lambda: Document.objects.filter(access.told_authors(by), author=alpha).count())

    assert [found(person) for person in ("gamma_maker", "analyst", "alpha_head")] == [0, 1, 1]
    steps.threat(market)
    assert found("gamma_maker") == 1


@pytest.mark.clause("R67.10")
def test_a_soc_makes_it_for_the_bank_it_serves_and_is_named(market: Market) -> None:
    from qorgan.hub.casework import drafts, engine

    made = drafts.create(
        "threat-warning",
        author=market.organisations["beta"],
        by=market.scope("soc_maker"),
        now=MONDAY,
        content=steps.THREAT,
    )
    drafts.propose(made.pk, by=market.scope("soc_maker"), now=MONDAY)
    drafts.agree(made.pk, by=market.scope("beta_head"), now=MONDAY)
    sent = engine.perform(made.pk, "submit", by=market.scope("soc_maker"), now=MONDAY)
    [(exact,)] = market.hub.rows("SELECT exact FROM document_version WHERE document_id = %s", sent.pk)
    [(soc,)] = market.hub.rows("SELECT bin FROM organisation WHERE id = %s", market.organisations["soc"])
    assert msgspec.json.decode(exact)["acting"] == soc
