"""Applications move by their table alone, whatever is tried, by whomever and at whatever moment (R67.5, R48.15)."""

# ruff: noqa: PLC0415 - Django's tables can be named only once the fixture has set Django up

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hub.members.conftest import state_of


@pytest.mark.clause("R48.15")
def test_postgresql_lets_no_institution_accept_and_no_author_review(market: Any) -> None:
    import psycopg

    from qorgan.hub.database.connection import Role as Login
    from qorgan.hub.members import applications

    bank = market.connect(1)
    employee = market.person(bank, "responsible-employee")
    scope = market.scope(employee)
    made = applications.propose_profile(
        market.profile(1, email="new@bank.example"), organisation_id=bank.pk, by=scope, now=market.now
    )
    with market.hub.connect(Login.WEB, scope="institution", organisations=[bank.pk]) as connection:
        connection.execute("SELECT set_config('qorgan.person', %s, false)", [str(employee.pk)])
        for state in ("accepted", "under-review", "sent-back"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("UPDATE application SET state = %s", [state])
    with market.hub.connect(Login.WEB, scope="centre") as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("UPDATE application SET reviewed_by_id = %s WHERE id = %s", [employee.pk, made.pk])


@pytest.mark.clause("R67.3.2")
def test_of_two_proposals_at_the_same_moment_one_is_pending(market: Any) -> None:
    from qorgan.hub.members import applications
    from qorgan.kit.refusal import Refusal

    bank = market.connect(1)
    scopes = [market.scope(market.person(bank, "responsible-employee")) for _ in range(2)]
    start, told = threading.Barrier(2), []

    def propose(number: int) -> None:
        from django.db import connection as own

        profile = market.profile(1, email=f"new{number}@bank.example")
        start.wait()
        try:
            applications.propose_profile(profile, organisation_id=bank.pk, by=scopes[number], now=market.now)
            told.append("made")
        except Refusal as refusal:
            told.append(refusal.code)
        finally:
            own.close()

    threads = [threading.Thread(target=propose, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["application-open", "made"]
    assert market.hub.rows("SELECT count(*) FROM application WHERE state = 'new'") == [(1,)]


@pytest.mark.clause("R67.6")
def test_of_acceptance_and_withdrawal_at_the_same_moment_one_holds_and_the_other_is_told(market: Any) -> None:
    from qorgan.hub.members import applications
    from qorgan.kit.refusal import Refusal

    _, _, head = market.centre()
    bank = market.connect(1)
    chief = market.scope(market.person(bank, "head-of-security"))
    made = applications.apply_for_account(market.account(), organisation_id=bank.pk, by=chief, now=market.now)
    applications.take_up(made.pk, by=head, now=market.now)
    start, told = threading.Barrier(2), {}

    def act(verb: Any, by: Any) -> None:
        from django.db import connection as own

        start.wait()
        try:
            verb(made.pk, by=by, now=market.now)
            told[verb.__name__] = "done"
        except Refusal as refusal:
            told[verb.__name__] = refusal.code
        finally:
            own.close()

    acts = ((applications.accept, head), (applications.withdraw, chief))
    threads = [threading.Thread(target=act, args=one) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told.values()) == ["done", "verb-impossible"]
    accounts = market.hub.rows("SELECT count(*) FROM person WHERE email = 'm.ulgieva@bank.example'")
    assert accounts == [(int(told["accept"] == "done"),)]


def test_every_state_is_reached_and_only_the_last_two_are_final() -> None:
    from qorgan.hub.members.lifecycle import OPEN, STEPS, State

    reached = {State.NEW}
    for _ in State:
        reached |= {step.target for step in STEPS if step.source in reached}
    assert reached == set(State)
    assert {state for state in State if not any(step.source is state for step in STEPS)} == set(State) - OPEN
    assert len({(step.source, step.verb) for step in STEPS}) == len(STEPS)


@given(st.lists(st.tuples(st.sampled_from(["employee", "analyst", "head"]), st.integers(0, 4)), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_tried_by_whomever_only_the_table_moves_an_application(
    market: Any, tries: list[tuple[str, int]]
) -> None:
    from qorgan.hub.members import applications
    from qorgan.hub.members.applications import Finding
    from qorgan.hub.members.lifecycle import STEPS, Party, State, Verb
    from qorgan.kit.refusal import Refusal

    if not market.made:
        _, analyst, head = market.centre()
        market.bank = market.connect(1)
        employee = market.scope(market.person(market.bank, "responsible-employee"))
        market.scopes = {"employee": employee, "analyst": analyst, "head": head}
        market.count = 0
    who = market.scopes
    market.count += 1
    bank, now = market.bank, market.now
    wanted = [market.profile(1, email=f"{market.count}-{turn}@bank.example") for turn in (0, 1)]
    made = applications.propose_profile(wanted[0], organisation_id=bank.pk, by=who["employee"], now=now)
    acts = {
        Verb.TAKE_UP: lambda by: applications.take_up(made.pk, by=by, now=now),
        Verb.ACCEPT: lambda by: applications.accept(made.pk, by=by, now=now),
        Verb.SEND_BACK: lambda by: applications.send_back(made.pk, (Finding("email", "no"),), by=by, now=now),
        Verb.MEND: lambda by: applications.mend(made.pk, wanted[1], by=by, now=now),
        Verb.WITHDRAW: lambda by: applications.withdraw(made.pk, by=by, now=now),
    }
    parties = {"employee": {Party.APPLICANT}, "analyst": {Party.REVIEWER}, "head": {Party.REVIEWER, Party.HEAD}}
    state = State.NEW
    for name, number in tries:
        verb = list(Verb)[number]
        line = next((step for step in STEPS if (step.source, step.verb) == (state, verb)), None)
        allowed = line is not None and line.party in parties[name]
        try:
            acts[verb](who[name])
            moved = True
        except Refusal:
            moved = False
        assert moved is allowed, (state, verb, name)
        state = line.target if line is not None and moved else state
        assert state_of(market, made) == state
    if state not in {State.ACCEPTED, State.WITHDRAWN}:
        applications.withdraw(made.pk, by=who["employee"], now=now)
