"""Enrolment with a one-time code, change of key, heartbeat, revocation (R67.7)."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.intake.answers import Refused
from qorgan.hub.intake.enrolment import enrol
from qorgan.wire import enrolment
from qorgan.wire.batch import SequenceRange
from qorgan.wire.enrolment import Enrolled, EnrolmentRequest, Heartbeat, KeyRotation


def stranger(intake):
    """Somebody with a key of an organisation whose first module is enrolled."""
    known = intake.enrol(name="first")
    return type(known)(intake, Ed25519PrivateKey.generate(), organisation=known.organisation)


@pytest.mark.clause("R67.7")
def test_a_code_enrols_a_module_and_tells_it_whom_to_trust(intake, a_signal):
    module = stranger(intake)
    code = intake.hub.add_module(module.organisation)
    answer = msgspec.json.decode(module.ask_enrolment(code).content, type=Enrolled)
    enrolment.check_hub(code, answer.hub_key)
    assert answer.hub_key == str(intake.hub.verifier)
    assert answer.expected == 1
    module.module = answer.module
    module.receipt(module.send([a_signal(1)]), [a_signal(1)])


@pytest.mark.clause("R67.7")
def test_a_code_works_once_even_for_many_at_once(intake):
    one = stranger(intake)
    code = intake.hub.add_module(one.organisation)
    askers = [type(one)(intake, Ed25519PrivateKey.generate(), organisation=one.organisation) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda asker: asker.ask_enrolment(code).status_code, askers))
    assert sorted(answers) == [200] + [403] * 7
    assert intake.hub.rows("SELECT count(*) FROM module_key WHERE state = 'active'") == [(2,)]


@pytest.mark.clause("R67.7")
def test_a_code_works_once_by_the_statement_alone(intake):
    """As a superuser, whom no row security hides a used code from."""
    one = stranger(intake)
    code = intake.hub.add_module(one.organisation)

    def ask():
        key = Ed25519PrivateKey.generate()
        public = enrolment.public_text(key)
        proof = enrolment.prove(key, enrolment.enrolment_statement(code, public))
        return EnrolmentRequest(code=code, public_key=public, proof=proof, version="0.1.0")

    async def twice():
        log_key = read_log_key(intake.hub.config)
        async with await psycopg.AsyncConnection.connect(intake.hub.superuser, autocommit=True) as connection:
            await enrol(connection, ask(), log_key, datetime.now(UTC))
            with pytest.raises(Refused) as refused:
                await enrol(connection, ask(), log_key, datetime.now(UTC))
        assert refused.value.code == "bad-code"

    asyncio.run(twice())


def test_a_code_that_is_unknown_expired_or_of_a_suspended_organisation_is_answered_alike(intake):
    module = stranger(intake)
    expired = intake.hub.add_module(module.organisation, lives=timedelta(seconds=-1))
    suspended = intake.hub.add_organisation(77)
    shut = intake.hub.add_module(suspended)
    intake.hub.tamper("UPDATE organisation SET state = 'suspended' WHERE id = %s", suspended)
    unknown = enrolment.new_code(str(intake.hub.verifier))
    problems = []
    for code in (expired, shut, unknown):
        answer = module.ask_enrolment(code)
        assert answer.status_code == 403
        problems.append(answer.json() | {"trace": ""})
    assert problems[0] == problems[1] == problems[2]


def test_a_wrong_proof_does_not_use_the_code_up(intake):
    module = stranger(intake)
    code = intake.hub.add_module(module.organisation)
    assert module.ask_enrolment(code, proof="A" * 86 + "==").status_code == 403
    assert module.ask_enrolment(code).status_code == 200


@pytest.mark.clause("R67.7")
def test_only_the_digest_of_a_code_is_kept(intake):
    code = intake.hub.add_module(stranger(intake).organisation)
    dump = str(intake.hub.rows("SELECT * FROM enrolment_code"))
    assert code not in dump
    assert (enrolment.code_digest(code),) in intake.hub.rows("SELECT digest FROM enrolment_code")


@pytest.mark.clause("R67.7")
def test_a_key_is_changed_by_whoever_holds_both(intake, a_signal):
    module = intake.enrol()
    old, new = module.key, Ed25519PrivateKey.generate()
    public = enrolment.public_text(new)
    key_id = intake.hub.rows("SELECT id FROM module_key WHERE state = 'active'")[0][0]
    statement = enrolment.rotation_statement(module.module, key_id, public)
    asked = msgspec.json.encode(KeyRotation(public_key=public, proof=enrolment.prove(new, statement)))
    unproven = msgspec.json.encode(KeyRotation(public_key=public, proof=enrolment.prove(old, statement)))
    assert module.send_json(enrolment.KEYS_PATH, unproven).status_code == 400
    assert module.send_json(enrolment.KEYS_PATH, asked).status_code == 200
    assert module.send([a_signal(1)]).status_code == 401
    module.key = new
    assert module.send([a_signal(1)]).status_code == 200
    assert intake.hub.rows("SELECT count(*) FROM module_key WHERE state = 'retired'") == [(1,)]
    assert module.send_json(enrolment.KEYS_PATH, asked).status_code == 400, "a key used before is not taken again"


@pytest.mark.clause("R67.7")
def test_revocation_counts_from_the_next_request_on(intake, a_signal):
    module = intake.enrol()
    assert module.send([a_signal(1)]).status_code == 200
    with psycopg.connect(intake.hub.superuser) as connection:
        connection.execute("UPDATE module SET state = 'revoked', revoked_at = now()")
        connection.execute("UPDATE module_key SET state = 'revoked'")
    answer = module.send([a_signal(2)])
    assert (answer.status_code, answer.json()["code"]) == (403, "revoked")
    forger = type(module)(intake, Ed25519PrivateKey.generate(), module.module)
    assert forger.send([a_signal(2)]).status_code == 401, "only the holder of the key learns that it was revoked"
    assert intake.hub.rows("SELECT count(*) FROM signal") == [(1,)]


def test_a_suspended_organisation_sends_nothing(intake, a_signal):
    module = intake.enrol()
    intake.hub.tamper("UPDATE organisation SET state = 'suspended'")
    assert module.send([a_signal(1)]).status_code == 403


def test_a_heartbeat_is_kept_and_says_what_is_expected(intake, a_signal):
    module = intake.enrol()
    module.send([a_signal(1), a_signal(2)])
    said = Heartbeat(
        version="9.9", at=datetime.now(UTC).isoformat(), read=5, sent=2, spooled=0, ignored={}, quarantined=3
    )
    answer = module.send_json(enrolment.HEARTBEATS_PATH, msgspec.json.encode(said))
    assert answer.json() == {"expected": 3}
    ((version, status),) = intake.hub.rows("SELECT version, status FROM module")
    assert (version, status["quarantined"]) == ("9.9", 3)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"version":1}', b'{"version":"1","secret":"hunter2"}', b"\xff"])
def test_a_heartbeat_that_is_none_is_refused_without_repeating_it(intake, body):
    answer = intake.enrol().send_json(enrolment.HEARTBEATS_PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert "hunter2" not in answer.text


def test_enrolment_is_in_the_journal(intake):
    module = intake.enrol()
    rows = intake.hub.rows("SELECT act, object, organisation_id, person_id FROM hub_journal")
    assert rows == [("module.enrolled", module.module, module.organisation, None)]


@pytest.mark.clause("R67.4")
def test_no_secret_and_nothing_that_was_sent_is_in_the_log(intake, a_signal, caplog):
    with caplog.at_level("DEBUG"):
        module = stranger(intake)
        code = intake.hub.add_module(module.organisation)
        module.ask_enrolment(code, proof="A" * 86 + "==")
        module.module = module.ask_enrolment(code).json()["module"]
        module.send([a_signal(1, record="hunter2"), b'{"iin":"990106300596"}'], SequenceRange(1, 2))
        module.send([a_signal(9, record="hunter2")])
        module.send_json(enrolment.HEARTBEATS_PATH, b'{"secret":"hunter2"}')
    ours = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("qorgan"))
    assert "sequence-gap" in ours
    for secret in (code, "hunter2", "990106300596", enrolment.public_text(module.key)):
        assert secret not in ours
