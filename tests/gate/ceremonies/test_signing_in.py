"""Signing in on the real database: by steps and at once, right and wrong, known and not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method, Population
from tests.gate.ceremonies.people import NOW, PASSWORD, Somebody, somebody, whence

CODE = Method.ONE_TIME_CODE


def begun(population: Population, now=NOW, **more):
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.kinds import Kind

    return actions.begin(more.pop("kind", Kind.SIGN_IN), population, whence(), now=now, **more)


def signed_in(who: Somebody, now=NOW, **more):
    from qorgan.gate.ceremonies import actions

    asked = begun(who.population, now, **more)
    actions.identify(asked, who.identifier, now=now)
    for method, answer in who.answers(now).items():
        actions.prove(asked, method, answer, whence=whence(), now=now)
    return actions.finish(asked, whence=whence(), now=now)


@pytest.mark.clause("D26.two-factor")
@pytest.mark.clause("R57.4")
@pytest.mark.parametrize(
    "population", [Population.BANK_CLIENT, Population.INSURANCE_OR_MFO_CLIENT, Population.EMPLOYEE]
)
def test_password_and_code_let_a_client_in_and_the_session_says_how(gate, population):
    from qorgan.gate.ceremonies import sessions

    who = somebody(population)
    done = signed_in(who)
    session = sessions.by_secret(done.session_secret, now=NOW)
    assert session.client_id == who.id
    assert [one.method for one in session.proofs] == [Method.PASSWORD, CODE]
    assert session.acr == f"urn:qorgan:acr:{done.rule}"
    assert session.amr == ("pwd", "otp", "mfa")
    ((event, outcome, client, rule, edition, factors),) = gate.rows(
        "SELECT event, outcome, client, rule, edition, factors FROM gate_journal WHERE id = %s", session.entry
    )
    assert (event, outcome, client, rule, edition) == ("sign-in", "done", who.id, session.rule, session.edition)
    assert factors == ["password", "one-time-code"]


@pytest.mark.clause("R57.10")
def test_password_and_code_are_refused_for_a_participant_with_the_rule_and_what_lacks(gate):
    from qorgan.gate.ceremonies import actions

    who = somebody(Population.PARTICIPANT)
    with pytest.raises(Refusal) as refused:
        actions.sign_in_at_once(who.population, who.identifier, who.answers(), whence=whence(), now=NOW)
    assert (refused.value.code, refused.value.clause) == ("signature-or-biometrics", "R57.10")
    assert gate.rows("SELECT count(*) FROM session") == [(0,)]
    told = gate.rows("SELECT outcome, rule, reason FROM gate_journal WHERE event = 'sign-in'")
    assert told == [("refused", "R57.10", "signature-or-biometrics")]


def test_signing_in_at_once_does_what_the_steps_do(gate):
    from qorgan.gate.ceremonies import actions, sessions

    who = somebody()
    done = actions.sign_in_at_once(who.population, who.identifier, who.answers(), whence=whence(), now=NOW)
    assert sessions.by_secret(done.session_secret, now=NOW).client_id == who.id
    with pytest.raises(Refusal):
        # A code is taken once.
        actions.sign_in_at_once(who.population, who.identifier, who.answers(), whence=whence(), now=NOW)


@pytest.mark.clause("D26.two-factor")
@pytest.mark.clause("R48.161.5")
@pytest.mark.parametrize("wrong", [Method.PASSWORD, CODE])
def test_a_wrong_factor_is_refused_written_down_and_told_of(gate, wrong):
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.notices import queries

    who = somebody()
    answers = who.answers()
    answers[wrong] = {"password": "wrong", "code": "000000"}
    with pytest.raises(Refusal) as refused:
        actions.sign_in_at_once(who.population, who.identifier, answers, whence=whence(), now=NOW)
    assert refused.value.code == "not-proven"
    ((entry, client, address, factors),) = gate.rows(
        "SELECT id, client, host(address), factors FROM gate_journal"
        " WHERE event = 'factor.proven' AND outcome = 'failed'"
    )
    assert (client, address, factors) == (who.id, "203.0.113.5", [wrong.value])
    assert queries.of_entries([entry])[entry].client_id == who.id
    assert gate.rows("SELECT count(*) FROM session") == [(0,)]


@pytest.mark.clause("R48.161.1")
def test_an_unknown_person_is_offered_and_answered_as_a_known_one(gate):
    from qorgan.gate.ceremonies import actions

    who = somebody()
    said = {}
    for identifier in (who.identifier, "990106300596", "nobody at all"):
        asked = begun(who.population)
        view = actions.identify(asked, identifier, now=NOW)
        with pytest.raises(Refusal) as refused:
            actions.prove(asked, Method.PASSWORD, {"password": "wrong"}, whence=whence(), now=NOW)
        after = actions.look(asked, now=NOW)
        said[identifier] = (view.steps, refused.value.code, str(refused.value), refused.value.status, after.steps)
    assert len(set(map(str, said.values()))) == 1
    unknown = gate.rows("SELECT count(*) FROM gate_journal WHERE outcome = 'failed' AND client IS NULL")
    assert unknown == [(2,)]
    assert gate.rows("SELECT count(*) FROM notice") == [(1,)]


def test_nothing_is_asked_before_somebody_is_named_and_nothing_twice(gate):
    from qorgan.gate.ceremonies import actions

    who = somebody()
    asked = begun(who.population)
    with pytest.raises(Refusal) as refused:
        actions.prove(asked, Method.PASSWORD, {"password": PASSWORD}, whence=whence(), now=NOW)
    assert refused.value.code == "identifier-missing"
    actions.identify(asked, who.identifier, now=NOW)
    with pytest.raises(Refusal):
        actions.identify(asked, who.identifier, now=NOW)
    actions.prove(asked, Method.PASSWORD, {"password": PASSWORD}, whence=whence(), now=NOW)
    with pytest.raises(Refusal) as refused:
        actions.prove(asked, Method.PASSWORD, {"password": PASSWORD}, whence=whence(), now=NOW)
    assert refused.value.code == "proven-already"
    with pytest.raises(Refusal) as refused:
        actions.finish(asked, whence=whence(), now=NOW)
    assert refused.value.code == "two-independent-factors"
    actions.prove(asked, CODE, {"code": who.code()}, whence=whence(), now=NOW)
    assert actions.look(asked, now=NOW).steps.may_finish
    actions.finish(asked, whence=whence(), now=NOW)
    with pytest.raises(Refusal):
        actions.finish(asked, whence=whence(), now=NOW)


def test_a_ceremony_lives_ten_minutes_and_is_its_owners(gate):
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.engine import Begun

    who = somebody()
    asked = begun(who.population)
    with pytest.raises(Refusal) as stranger:
        actions.look(Begun(ceremony=asked.ceremony, secret="guessed"), now=NOW)
    with pytest.raises(Refusal) as late:
        actions.identify(asked, who.identifier, now=NOW + timedelta(minutes=10))
    assert (stranger.value.code, late.value.code) == ("ceremony-unknown", "ceremony-unknown")
    assert asked.secret not in str(gate.rows("SELECT * FROM ceremony"))


def test_too_many_wrong_answers_end_a_ceremony_and_are_counted_over_all(gate):
    from qorgan.gate.ceremonies import actions

    who = somebody()
    codes = []
    for _ in range(8):
        with pytest.raises(Refusal) as refused:
            actions.sign_in_at_once(
                who.population, who.identifier, {Method.PASSWORD: {"password": "wrong"}}, whence=whence(), now=NOW
            )
        codes.append(refused.value.code)
    assert codes == ["not-proven"] * 5 + ["too-many-attempts"] * 3
    with pytest.raises(Refusal, match="Too many"):
        actions.sign_in_at_once(who.population, who.identifier, who.answers(), whence=whence(), now=NOW)
    later = NOW + timedelta(minutes=16)
    assert signed_in(who, later).session_secret


@pytest.mark.clause("D26.journal")
def test_a_flood_on_a_locked_account_is_one_entry_an_attempt_with_all_that_was_shown(gate):
    from qorgan.gate.ceremonies import actions

    who = somebody()
    wrong = {Method.PASSWORD: {"password": "wrong"}, CODE: {"code": "000000"}}

    def attempts(count):
        before = gate.rows("SELECT count(*) FROM gate_journal")[0][0]
        for _ in range(count):
            with pytest.raises(Refusal):
                actions.sign_in_at_once(who.population, who.identifier, wrong, whence=whence(), now=NOW)
        return gate.rows("SELECT count(*) FROM gate_journal")[0][0] - before

    assert attempts(5) == 10, "each factor that was looked at and was wrong"
    assert attempts(7) == 7
    told = gate.rows("SELECT event, outcome, reason, factors, client FROM gate_journal ORDER BY id DESC LIMIT 7")
    assert told == [("locked-out", "failed", "too-many-attempts", ["password", "one-time-code"], who.id)] * 7
    assert gate.rows("SELECT count(*) FROM notice_attempt") == [(17,)], "its owner is told of each"


@pytest.mark.clause("R57.7")
def test_a_blocked_client_is_told_so_only_after_proving_who_they_are(gate):
    from uuid import uuid4

    from qorgan.gate.ceremonies import actions
    from qorgan.gate.clients import actions as clients
    from tests.gate.ceremonies.people import act

    who = somebody()
    clients.block(who.id, act=act(by=uuid4(), reason="a test"))
    wrong = {Method.PASSWORD: {"password": "wrong"}}
    for answers, code in ((wrong, "not-proven"), (who.answers(), "account-blocked")):
        with pytest.raises(Refusal) as refused:
            actions.sign_in_at_once(who.population, who.identifier, answers, whence=whence(), now=NOW)
        assert refused.value.code == code
    assert gate.rows("SELECT count(*) FROM session") == [(0,)]


@pytest.mark.clause("R48.156-1")
def test_in_an_app_on_an_unknown_device_two_factors_without_biometrics_are_not_enough(gate):
    from qorgan.gate.ceremonies import actions

    who = somebody()
    with pytest.raises(Refusal) as refused:
        actions.sign_in_at_once(who.population, who.identifier, who.answers(), whence=whence(), now=NOW, in_app=True)
    assert (refused.value.code, refused.value.clause) == ("biometrics", "R48.156-1")
