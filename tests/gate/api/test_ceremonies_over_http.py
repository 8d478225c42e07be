"""The API over HTTP: a sign-in by steps and at once, what each no looks like, and who may ask at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qorgan.law.factors import Population
from tests.gate.ceremonies.people import PASSWORD, somebody


def now() -> datetime:
    return datetime.now(UTC)


def begun(ask, kind: str = "sign-in", **headers: str):
    made = ask("POST", "ceremonies", {"kind": kind}, **headers)
    assert made.status_code == 201, made.content
    ceremony = made.json()
    return f"ceremonies/{ceremony['id']}", {"Qorgan-Ceremony": ceremony["secret"]}


def signed_in(ask, who) -> dict[str, str]:
    sent = {"identifier": who.identifier, "password": PASSWORD, "code": who.code(now())}
    done = ask("POST", "sign-ins", sent)
    assert done.status_code == 201, done.content
    return {"Qorgan-Session": done.json()["session"]["secret"]}


@pytest.mark.clause("D26.two-factor")
def test_a_sign_in_by_steps_gives_a_session_that_opens_what_is_its_owners(caller):
    ask, who = caller(), somebody()
    place, known = begun(ask)
    named = ask("POST", f"{place}/identifier", {"identifier": who.identifier}, **known).json()
    assert named["next"]["methods"] == ["password", "one-time-code", "passkey", "device-key"]
    answers = (("password", {"password": PASSWORD}), ("one-time-code", {"code": who.code(now())}))
    for method, answer in answers:
        said = ask("POST", f"{place}/answers", {"method": method, "answer": answer}, **known)
        assert said.status_code == 200, said.content
    assert said.json()["next"]["may_finish"]
    done = ask("POST", f"{place}/end", {}, **known).json()
    assert (done["rule"], done["session"]["acr"]) == ("D26.two-factor", "urn:qorgan:acr:D26.two-factor")
    session = {"Qorgan-Session": done["session"]["secret"]}
    assert ask("GET", "session", **session).json()["client"] == str(who.id)
    assert [one["method"] for one in ask("GET", "factors", **session).json()] == ["one-time-code", "password"]
    assert ask("DELETE", "session", **session).status_code == 204
    assert ask("GET", "session", **session).status_code == 401


@pytest.mark.clause("R48.161.1")
def test_a_no_is_a_problem_with_a_code_and_the_trace_that_the_journal_has(gate, caller):
    ask, who = caller(), somebody()
    refused = ask("POST", "sign-ins", {"identifier": who.identifier, "password": "wrong", "code": "000000"})
    told = refused.json()
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert told["code"] == "not-proven"
    assert gate.rows("SELECT DISTINCT trace FROM gate_journal WHERE outcome = 'failed'") == [(told["trace"],)]


@pytest.mark.clause("R48.161.1")
def test_an_unknown_client_and_a_wrong_factor_are_answered_alike(caller):
    ask, who = caller(), somebody()
    answers = [
        ask("POST", "sign-ins", {"identifier": identifier, "password": "wrong", "code": "000000"})
        for identifier in (who.identifier, "990106300596", "+77019999999", "nobody")
    ]
    said = [{**one.json(), "trace": ""} for one in answers]
    assert all(one == said[0] for one in said)
    assert len({(one.status_code, tuple(sorted(one.headers))) for one in answers}) == 1


@pytest.mark.clause("R57.4")
def test_without_a_living_token_nothing_is_answered(gate, caller):
    from qorgan.gate.api import callers
    from qorgan.gate.api.models import Caller
    from tests.gate.ceremonies.people import act

    ask = caller()
    callers.revoke(Caller.objects.get().pk, act=act())
    for token in (ask.token, "gate_guessed", ""):
        ask.token = token
        for method, path in (("POST", "ceremonies"), ("GET", "session"), ("POST", "sign-ins")):
            assert ask(method, path, {}).status_code == 401
    assert gate.rows("SELECT count(*) FROM ceremony") == [(0,)]


def test_a_caller_speaks_for_one_population(caller):
    who = somebody()
    session = signed_in(caller(), who)
    another = caller(Population.EMPLOYEE)
    assert another("GET", "session", **session).status_code == 401
    wrong = {"identifier": who.identifier, "password": PASSWORD, "code": who.code(now())}
    assert another("POST", "sign-ins", wrong).json()["code"] == "not-proven"


@pytest.mark.clause("R48.161.3")
def test_what_is_not_of_the_shape_is_refused(caller):
    ask = caller()
    sent = {"identifier": "x", "password": "y", "code": "1"}
    for body, code in (
        ({**sent, "role": "admin"}, "body-malformed"),
        ({**sent, "identifier": 5}, "body-malformed"),
        ({**sent, "identifier": "x" * 101}, "body-malformed"),
        ({**sent, "password": "a\0b"}, "body-malformed"),
        ({**sent, "password": "a" * 20_000}, "body-too-large"),
        ([sent], "body-malformed"),
    ):
        assert ask("POST", "sign-ins", body).json()["code"] == code
    assert ask("GET", "nothing/here").json()["code"] == "route-unknown"
    assert ask("PUT", "sign-ins", sent).status_code == 405
    assert ask("POST", "ceremonies?admin=1", {"kind": "sign-in"}).json()["code"] == "query-malformed"


@pytest.mark.clause("R48.161.3")
def test_a_browsers_cookie_counts_for_nothing(caller):
    ask, who = caller(), somebody()
    secret = signed_in(ask, who)["Qorgan-Session"]
    assert ask("GET", "session", Cookie=f"qorgan-gate-session={secret}; gate-session={secret}").status_code == 401


def test_a_server_names_whose_address_it_speaks_for_and_an_app_does_not(gate, caller):
    server, app = caller(), caller(kind="app")
    wrong = {"identifier": "x", "password": "y", "code": "1"}
    named = {"Qorgan-Client-Address": "198.51.100.7", "Qorgan-Client-Program": "a browser"}
    server("POST", "sign-ins", wrong, **named)
    app("POST", "sign-ins", wrong, **named)
    told = gate.rows("SELECT DISTINCT host(address), program FROM gate_journal WHERE outcome = 'failed' ORDER BY 1")
    assert ("198.51.100.7", "a browser") in told
    assert len(told) == 2
    assert server("POST", "sign-ins", wrong, **{"Qorgan-Client-Address": "nonsense"}).status_code == 400


@pytest.mark.clause("R48.161.1")
def test_no_answer_may_be_kept(caller):
    from django.test import Client

    from qorgan.gate.api.routes import ROUTES

    ask, who = caller(), somebody()
    session = signed_in(ask, who)
    place, known = begun(ask)
    answers = [Client(headers={"host": "localhost"}).get("/api/openapi.json"), ask("GET", "nothing")]
    for route in ROUTES:
        path = route.path.replace("ceremonies/<uuid:id>", place).replace("<uuid:id>", str(who.id))
        answers += [ask(route.method, path, {}, **known, **session), ask(route.method, path, {})]
    assert len(answers) > 40
    for answer in answers:
        assert answer["Cache-Control"] == "no-store", answer.request["PATH_INFO"]


def test_the_owner_lists_and_ends_their_sessions(caller):
    from datetime import timedelta

    from qorgan.gate.ceremonies import actions
    from tests.gate.ceremonies.people import whence

    ask, who = caller(), somebody()
    before = now() - timedelta(minutes=2)
    actions.sign_in_at_once(who.population, who.identifier, who.answers(before), whence=whence(), now=before)
    session = signed_in(ask, who)
    listed = ask("GET", "sessions", **session).json()
    assert [one["here"] for one in listed] == [True, False]
    assert ask("DELETE", f"sessions/{listed[1]['id']}", **session).status_code == 204
    assert ask("DELETE", f"sessions/{listed[1]['id']}", **session).status_code == 404
    assert len(ask("GET", "sessions", **session).json()) == 1
