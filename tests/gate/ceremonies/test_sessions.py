"""Sessions: none without its entry, over by idleness and by time, listed and ended, an employee's at once seen."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method, Population
from tests.gate.ceremonies.people import NOW, PASSWORD, Somebody, act, somebody, whence


def signed_in(who: Somebody, at=NOW, where=None):
    from qorgan.gate.ceremonies import actions

    where = where or whence()
    return actions.sign_in_at_once(who.population, who.identifier, who.answers(at), whence=where, now=at)


@pytest.mark.clause("D26.journal")
@pytest.mark.clause("R57.4")
@pytest.mark.parametrize(
    "change",
    [
        "entry = entry + 1000",
        "began_at = began_at + interval '1 second'",
        "client_id = (SELECT id FROM client WHERE population = 'participant')",
        "rule = 'R57.10'",
        "ceremony = gen_random_uuid()",
        "id = id",
    ],
)
def test_the_database_takes_no_session_whose_entry_is_not_of_the_same_transaction(gate, change):
    from qorgan.gate.database.connection import Role

    signed_in(somebody())
    somebody(Population.PARTICIPANT, 1)
    copied = f"""
        BEGIN;
        CREATE TEMP TABLE copy ON COMMIT DROP AS SELECT * FROM session;
        UPDATE copy SET id = gen_random_uuid(), secret_digest = 'other'::bytea;
        UPDATE copy SET {change};
        INSERT INTO session SELECT * FROM copy;
        COMMIT;
    """
    with gate.connect(Role.WEB) as web, pytest.raises(psycopg.errors.IntegrityError, match="without its entry"):
        web.execute(copied)


@pytest.mark.clause("R57.4")
def test_a_session_cannot_be_turned_into_another(gate):
    from qorgan.gate.database.connection import Role

    signed_in(somebody())
    with gate.connect(Role.WEB) as web:
        for change in ("proofs = '[]'", "ends_at = ends_at + interval '1 day'", "client_id = gen_random_uuid()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(f"UPDATE session SET {change}")
    with psycopg.connect(gate.superuser, autocommit=True) as owner:
        owner.execute("UPDATE session SET ended_at = now()")
        for change in ("proofs = '[]'", "ends_at = ends_at + interval '1 day'", "ended_at = NULL"):
            with pytest.raises(psycopg.errors.IntegrityError, match="changed in nothing else"):
                owner.execute(f"UPDATE session SET {change}")


@pytest.mark.parametrize("population", [Population.BANK_CLIENT, Population.EMPLOYEE])
def test_a_session_is_over_by_idleness_and_by_time(gate, population):
    from django.conf import settings

    from qorgan.gate.ceremonies import sessions

    limits = settings.CONFIG.sessions.of(population)
    secret = signed_in(somebody(population)).session_secret
    assert sessions.by_secret(secret, now=NOW + limits.idle)
    assert sessions.by_secret(secret, now=NOW + 2 * limits.idle)
    assert not sessions.by_secret(secret, now=NOW + 3 * limits.idle + timedelta(seconds=1))
    at = NOW
    secret = signed_in(somebody(population, 1)).session_secret
    while at + limits.idle < NOW + limits.whole:
        at += limits.idle
        assert sessions.by_secret(secret, now=at)
    assert not sessions.by_secret(secret, now=NOW + limits.whole)
    assert not sessions.by_secret("guessed", now=NOW)


@pytest.mark.clause("R57.6")
def test_an_employees_account_used_elsewhere_at_the_same_time_is_flagged(gate):
    from qorgan.gate.ceremonies import sessions

    who = somebody(Population.EMPLOYEE)
    first = signed_in(who)
    same = signed_in(who, NOW + timedelta(minutes=1))
    elsewhere = signed_in(who, NOW + timedelta(minutes=2), whence("198.51.100.7"))
    flags = [one.made.session.concurrent for one in (first, same, elsewhere)]
    assert flags == [False, False, True]
    ((detail,),) = gate.rows(
        "SELECT detail->'concurrent' FROM gate_journal WHERE id = %s", elsewhere.made.session.entry
    )
    assert set(detail) == {str(first.made.session.id), str(same.made.session.id)}
    assert len(sessions.listed(who.id, now=NOW + timedelta(minutes=2))) == 3


def test_a_clients_second_device_is_nothing_to_flag(gate):
    who = somebody()
    signed_in(who)
    assert not signed_in(who, NOW + timedelta(minutes=1), whence("198.51.100.7")).made.session.concurrent


def test_another_password_ends_every_session_but_the_one_in_which_it_was_set(gate):
    from qorgan.gate.ceremonies import actions, sessions
    from qorgan.gate.ceremonies.kinds import Kind

    who = somebody()
    other = signed_in(who).session_secret
    at = NOW + timedelta(minutes=1)
    mine = signed_in(who, at)
    at += timedelta(minutes=1)
    begun = actions.begin(
        Kind.PASSWORD_CHANGE, who.population, whence(), now=at, session=sessions.by_secret(mine.session_secret, now=at)
    )
    for method, answer in who.answers(at).items():
        actions.prove(begun, method, answer, whence=whence(), now=at)
    with pytest.raises(Refusal) as refused:
        actions.finish(begun, {"password": "short"}, whence=whence(), now=at)
    assert refused.value.code == "factor-unacceptable"
    actions.finish(begun, {"password": "copper river 9 balloons"}, whence=whence(), now=at)
    assert sessions.by_secret(mine.session_secret, now=at)
    assert not sessions.by_secret(other, now=at)
    wrong = {Method.PASSWORD: {"password": PASSWORD}}
    with pytest.raises(Refusal):
        actions.sign_in_at_once(who.population, who.identifier, wrong, whence=whence(), now=at)
    told = [kind for (kind,) in gate.rows("SELECT kind FROM notice ORDER BY created_at")]
    assert told == ["signed-in", "signed-in", "password-changed", "attempts-failed"]


def test_a_blocked_clients_sessions_open_nothing(gate):
    from uuid import uuid4

    from qorgan.gate.ceremonies import sessions
    from qorgan.gate.clients import actions

    who = somebody()
    secret = signed_in(who).session_secret
    actions.block(who.id, act=act(by=uuid4(), reason="a test"))
    assert not sessions.by_secret(secret, now=NOW)


def test_what_is_over_is_cleared_away_by_the_clerk(gate):
    from django.db import connection

    from qorgan.gate.ceremonies import actions, expiring, introducing
    from qorgan.gate.ceremonies.introducing import Applicant
    from qorgan.gate.ceremonies.kinds import Kind
    from qorgan.gate.database.connection import Role
    from qorgan.kit.database.connection import django_database

    signed_in(somebody())
    long_ago = NOW - timedelta(days=60)
    begun = actions.begin(Kind.REGISTRATION, Population.BANK_CLIENT, whence(), now=long_ago)
    applicant = Applicant(iin="990106300596", name="Test", phone="+77010000009")
    introducing.apply(begun, applicant, whence=whence(), now=long_ago)
    gate.tamper("UPDATE session SET ends_at = %s", long_ago)
    connection.close()
    connection.settings_dict.update(django_database(gate.url(Role.CLERK)))
    for _ in range(3):
        expiring.expire()
    assert gate.rows("SELECT count(*) FROM ceremony") == [(0,)]
    assert gate.rows("SELECT count(*) FROM session") == [(0,)]
    states = gate.rows("SELECT state, name_sealed = '', phone_sealed = '' FROM client ORDER BY state")
    assert states == [("active", False, False), ("closed", True, True)]
