"""Every ceremony from its beginning to its end, on the real database, against the sandbox's registries."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.providers.sandbox.modes import Mode
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method, Population
from tests.gate.ceremonies.people import NOW, PASSWORD, Somebody, act, somebody, whence
from tests.gate.fixtures_registries import registries

__all__ = ["registries"]
HERE = whence()
CODE, FACE, DEVICE = Method.ONE_TIME_CODE, Method.BIOMETRICS, Method.DEVICE_KEY
PARTICIPANT = Population.PARTICIPANT


@pytest.fixture(autouse=True)
def clock(registries) -> None:
    registries.hands.at = NOW


class Phone:
    """An app on a device: a key that never leaves it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def answer(self, asked: Mapping[str, Any]) -> dict[str, str]:
        """The token for a challenge."""
        numbers = self.key.public_key().public_numbers()
        jwk = {"kty": "EC", "crv": "P-256", "x": spelled(numbers.x), "y": spelled(numbers.y)}
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}
        claims = {
            "jti": secrets.token_urlsafe(16),
            "htm": asked["method"],
            "htu": asked["address"],
            "iat": int(NOW.timestamp()),
            "nonce": asked["nonce"],
        }
        signed = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
        r, s = decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return {"proof": f"{signed}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}", "platform": "android"}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def spelled(number: int) -> str:
    return b64(number.to_bytes(32, "big"))


def begun(kind: Kind, who: Somebody, **more: Any):
    from qorgan.gate.ceremonies import actions

    asked = actions.begin(kind, who.population, HERE, now=NOW, **more)
    actions.identify(asked, who.identifier, now=NOW)
    return asked


def proves(asked, method: Method, answer: Mapping[str, Any]):
    from qorgan.gate.ceremonies import actions

    return actions.prove(asked, method, answer, whence=HERE, now=NOW)


def shows_face(asked, registries, face: str = "same"):
    from qorgan.gate.ceremonies import actions

    page = actions.challenge(asked, FACE, now=NOW)["redirect_url"]
    registries.act(page, face=face)
    return proves(asked, FACE, {})


def proves_two(asked, who: Somebody) -> None:
    for method, answer in who.answers(NOW).items():
        proves(asked, method, answer)


def ends(asked, answer: Mapping[str, Any] | None = None):
    from qorgan.gate.ceremonies import actions

    return actions.finish(asked, answer, whence=HERE, now=NOW)


def refused(asked, answer: Mapping[str, Any] | None = None) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as no:
        ends(asked, answer)
    return no.value.code, no.value.clause


def kinds_told(gate) -> list[str]:
    return [kind for (kind,) in gate.rows("SELECT kind FROM notice ORDER BY kind, to_old")]


def registering(population: Population = Population.BANK_CLIENT, number: int = 1):
    from qorgan.gate.ceremonies import actions, introducing
    from qorgan.gate.ceremonies.introducing import Applicant

    asked = actions.begin(Kind.REGISTRATION, population, HERE, now=NOW)
    applicant = Applicant(iin=invented_iin(number), name="Test Testuly", phone=invented_phone(number), language="en")
    introducing.apply(asked, applicant, whence=HERE, now=NOW)
    return asked


def enrols_password(asked):
    from qorgan.gate.ceremonies import actions

    actions.enrol_begin(asked, Method.PASSWORD, now=NOW)
    return actions.enrol(asked, Method.PASSWORD, {"password": PASSWORD}, whence=HERE, now=NOW)


def confirms_phone(asked, registries, number: int = 1):
    from qorgan.gate.ceremonies import phoning

    phoning.ask(asked, invented_phone(number), whence=HERE, now=NOW)
    return phoning.confirm(asked, registries.code(invented_phone(number)), whence=HERE, now=NOW)


@pytest.mark.clause("D26.remote-registration")
@pytest.mark.clause("D26.identity")
def test_a_banks_client_is_registered_by_face_and_phone_and_by_nothing_less(gate, registries):
    from qorgan.gate.clients import access

    asked = registering()
    assert refused(asked) == ("identification", "D26.remote-registration")
    view = shows_face(asked, registries)
    assert (view.steps.methods, view.steps.phone) == ((), True)
    assert refused(asked) == ("every-identification", "D26.remote-registration")
    with pytest.raises(Refusal):
        enrols_password(asked)
    confirms_phone(asked, registries)
    assert refused(asked)[0] == "factors-too-few"
    enrols_password(asked)
    done = ends(asked)
    assert access.find(Population.BANK_CLIENT, invented_iin(1)).pk == done.client_id
    told = gate.rows("SELECT event, outcome FROM gate_journal WHERE client = %s ORDER BY id", done.client_id)
    assert ("phone.checked", "done") in told
    assert ("factor.proven", "done") in told
    assert ("registration", "done") in told
    assert kinds_told(gate) == ["registered"]


@pytest.mark.clause("D26.identity")
def test_another_persons_face_or_phone_registers_nobody(gate, registries):
    from qorgan.gate.ceremonies import phoning

    asked = registering()
    with pytest.raises(Refusal) as no:
        shows_face(asked, registries, face="another")
    assert no.value.code == "not-proven"
    registries.services.numbers.owners[invented_phone(1)] = invented_iin(2)
    phoning.ask(asked, "", whence=HERE, now=NOW)
    assert registries.code(invented_phone(1)) == ""
    with pytest.raises(Refusal):
        phoning.confirm(asked, "000000", whence=HERE, now=NOW)
    assert refused(asked)[0] == "identification"
    assert gate.rows("SELECT state FROM client") == [("registering",)]


def test_whoever_is_registered_already_learns_it_after_being_identified(gate, registries):
    who = somebody()
    asked = registering()
    shows_face(asked, registries)
    confirms_phone(asked, registries)
    enrols_password(asked)
    assert refused(asked)[0] == "already-registered"
    assert begun(Kind.SIGN_IN, who)


@pytest.mark.clause("R48.156-1")
@pytest.mark.parametrize("population", [Population.BANK_CLIENT, Population.INSURANCE_OR_MFO_CLIENT, PARTICIPANT])
def test_a_device_is_bound_with_biometrics_whatever_else_succeeds(gate, registries, population):
    from qorgan.gate.ceremonies import actions

    who, phone = somebody(population), Phone()
    asked = begun(Kind.NEW_DEVICE, who, in_app=True)
    proves(asked, Method.PASSWORD, {"password": PASSWORD})
    assert actions.look(asked, now=NOW).steps.methods == (FACE,)
    kept = gate.rows("SELECT proofs::text FROM ceremony")[0][0]
    others = [one for one in Method if one not in {FACE, Method.QUESTION}]
    every = [{"method": one.value, "credential": one.value, "at": NOW.isoformat()} for one in others]
    gate.tamper("UPDATE ceremony SET proofs = %s", json.dumps(every))
    assert refused(asked, {}) == ("biometrics", "R48.156-1")
    with pytest.raises(Refusal):
        actions.enrol_begin(asked, DEVICE, now=NOW)
    assert gate.rows("SELECT count(*) FROM device") == [(0,)]
    gate.tamper("UPDATE ceremony SET proofs = %s", kept)
    shows_face(asked, registries)
    key = actions.enrol_begin(asked, DEVICE, now=NOW)
    done = ends(asked, phone.answer(key))
    assert done.session_secret
    ((device, report),) = gate.rows("SELECT id::text, report IS NOT NULL FROM device")
    assert (device, report) == (done.credential, True)
    assert kinds_told(gate) == ["device-bound", "signed-in"]


@pytest.mark.clause("R48.156-1")
@pytest.mark.clause("R48.161.2")
def test_on_a_bound_device_its_key_and_a_password_let_in(gate, registries):
    from qorgan.gate.ceremonies import account, actions, sessions

    who, phone = somebody(), Phone()
    asked = begun(Kind.NEW_DEVICE, who, in_app=True)
    proves(asked, Method.PASSWORD, {"password": PASSWORD})
    shows_face(asked, registries)
    ends(asked, phone.answer(actions.enrol_begin(asked, DEVICE, now=NOW)))
    asked = begun(Kind.SIGN_IN, who, in_app=True)
    proves(asked, DEVICE, phone.answer(actions.challenge(asked, DEVICE, now=NOW)))
    proves(asked, Method.PASSWORD, {"password": PASSWORD})
    made = ends(asked).made
    assert made.session.amr == ("hwk", "pwd", "mfa")
    account.remove_device(made.session, made.session.device_id, whence=HERE, now=NOW)
    assert sessions.by_secret(made.secret, now=NOW) is None
    asked = begun(Kind.SIGN_IN, who, in_app=True)
    with pytest.raises(Refusal, match="match"):
        proves(asked, DEVICE, phone.answer(actions.challenge(asked, DEVICE, now=NOW)))


@pytest.mark.clause("R57.11")
@pytest.mark.parametrize("kind", [Kind.PASSWORD_CHANGE, Kind.RECOVERY])
def test_a_participants_password_changes_with_biometrics_only(gate, registries, kind):
    from qorgan.gate.ceremonies import actions

    who = somebody(PARTICIPANT)
    new = {"password": "copper river 9 balloons"}
    before = gate.rows("SELECT encoded FROM password")
    asked = begun(kind, who)
    # Nothing else is even asked for, nor would it be enough.
    assert actions.look(asked, now=NOW).steps.methods == (FACE,)
    with pytest.raises(Refusal):
        proves(asked, CODE, {"code": who.code(NOW)})
    assert refused(asked, new) == ("nothing-proven", "R57.11")
    with pytest.raises(Refusal):
        shows_face(asked, registries, face="another")
    assert gate.rows("SELECT encoded FROM password") == before
    shows_face(asked, registries)
    ends(asked, new)
    assert gate.rows("SELECT encoded FROM password") != before
    word = "recovered" if kind is Kind.RECOVERY else "changed"
    assert f"password-{word}" in kinds_told(gate)


@pytest.mark.clause("R57.11")
@pytest.mark.parametrize("kind", [Kind.FACTOR_ADDED, Kind.FACTOR_REMOVED])
def test_a_password_under_another_name_is_a_password(gate, registries, kind):
    """A participant who signs by a signature and a code could take the password away and set another."""
    from qorgan.gate.ceremonies import actions

    who = somebody(PARTICIPANT)
    asked = actions.begin(kind, PARTICIPANT, HERE, now=NOW, changed=Method.PASSWORD)
    actions.identify(asked, who.identifier, now=NOW)
    proves(asked, CODE, {"code": who.code(NOW)})
    assert refused(asked, {})[0] in {"two-independent-factors", "signature-or-biometrics", "biometrics"}
    assert FACE in actions.look(asked, now=NOW).steps.methods


@pytest.mark.clause("R57.10")
def test_a_participant_comes_in_by_face_and_password(gate, registries):
    who = somebody(PARTICIPANT)
    asked = begun(Kind.SIGN_IN, who)
    proves(asked, Method.PASSWORD, {"password": PASSWORD})
    assert refused(asked)[1] == "R57.10"
    shows_face(asked, registries)
    done = ends(asked)
    assert (done.rule, done.made.session.amr) == ("R57.10", ("pwd", "face", "mfa"))


@pytest.mark.clause("R48.160.9")
def test_a_forgotten_password_is_recovered_by_two_other_factors(gate, registries):
    who = somebody()
    asked = begun(Kind.RECOVERY, who)
    proves(asked, CODE, {"code": who.code(NOW)})
    assert refused(asked, {"password": "copper river 9 balloons"})[0] == "two-independent-factors"
    shows_face(asked, registries)
    assert refused(asked, {"password": "password"})[0] == "factor-unacceptable"
    assert ends(asked, {"password": "copper river 9 balloons"}).session_secret is None
    assert kinds_told(gate) == ["password-recovered"]


@pytest.mark.clause("R48.160.9")
@pytest.mark.clause("D26.identity")
def test_a_phone_is_changed_by_two_factors_and_the_new_numbers_owner_and_the_old_number_is_told(gate, registries):
    from qorgan.gate.ceremonies import phoning
    from qorgan.gate.clients import access

    who = somebody()
    registries.services.numbers.owners[invented_phone(5)] = invented_iin(1)
    asked = begun(Kind.PHONE_CHANGE, who)
    with pytest.raises(Refusal):
        phoning.ask(asked, invented_phone(5), whence=HERE, now=NOW)
    proves_two(asked, who)
    assert refused(asked) == ("identification", "D26.identity")
    confirms_phone(asked, registries, 5)
    ends(asked)
    assert access.phone_of(access.by_id(who.id)) == invented_phone(5)
    assert kinds_told(gate) == ["phone-changed", "phone-changed"]


def test_a_factor_is_added_and_taken_away_by_fresh_proof_and_never_the_last_but_one(gate, registries):
    from qorgan.gate.ceremonies import actions

    who, phone = somebody(), Phone()
    ((code_id,),) = gate.rows("SELECT id::text FROM one_time_code")
    asked = begun(Kind.FACTOR_ADDED, who, changed=DEVICE)
    proves(asked, Method.PASSWORD, {"password": PASSWORD})
    assert refused(asked)[0] in {"biometrics", "two-independent-factors"}
    shows_face(asked, registries)
    key = actions.enrol_begin(asked, DEVICE, now=NOW)
    ends(asked, phone.answer(key))
    asked = begun(Kind.FACTOR_REMOVED, who, changed=CODE)
    proves(asked, DEVICE, phone.answer(actions.challenge(asked, DEVICE, now=NOW)))
    proves(asked, Method.PASSWORD, {"password": PASSWORD})
    assert refused(asked, {"credential": str(uuid4())})[0] == "factor-not-enrolled"
    ends(asked, {"credential": code_id})
    assert gate.rows("SELECT count(*) FROM one_time_code") == [(0,)]
    assert kinds_told(gate) == ["factor-added", "factor-removed"]


def test_an_account_is_closed_by_its_owner_with_all_that_is_in_it(gate, registries):
    from qorgan.gate.ceremonies import actions, sessions

    who = somebody()
    asked = begun(Kind.CLOSING, who)
    assert refused(asked)[0] == "nothing-proven"
    proves_two(asked, who)
    ends(asked)
    assert gate.rows("SELECT state FROM client") == [("closed",)]
    assert sessions.listed(who.id, now=NOW) == []
    with pytest.raises(Refusal):
        actions.sign_in_at_once(who.population, who.identifier, who.answers(), whence=HERE, now=NOW)
    assert kinds_told(gate) == ["closed"]


@pytest.mark.clause("R57.7")
@pytest.mark.clause("R57.6")
def test_an_employee_sets_their_first_factors_by_an_invitation_once(gate):
    from qorgan.gate.ceremonies import actions, introducing
    from qorgan.gate.clients import actions as clients
    from qorgan.gate.factors.one_time_code import steps

    by = act(by=uuid4(), reason="hired")
    made = clients.open_employee(login="newcomer", iin=invented_iin(3), name="Test", act=by)
    invitation = clients.invite(made.pk, act=by)
    asked = actions.begin(Kind.INVITED, Population.EMPLOYEE, HERE, now=NOW)
    with pytest.raises(Refusal):
        introducing.show_invitation(asked, "guessed", whence=HERE, now=NOW)
    introducing.show_invitation(asked, invitation, whence=HERE, now=NOW)
    assert refused(asked)[0] == "factors-too-few"
    enrols_password(asked)
    secret = actions.enrol_begin(asked, CODE, now=NOW)["secret"]
    code = {"code": steps.code_at(secret, steps.step_at(NOW))}
    actions.enrol(asked, CODE, code, whence=HERE, now=NOW)
    ends(asked)
    again = actions.begin(Kind.INVITED, Population.EMPLOYEE, HERE, now=NOW)
    with pytest.raises(Refusal):
        introducing.show_invitation(again, invitation, whence=HERE, now=NOW)


def test_while_the_centre_is_silent_nothing_is_proven_and_nothing_is_counted(gate, registries):
    from qorgan.gate.ceremonies import actions
    from qorgan.kit.refusal import Unavailable

    who = somebody()
    asked = begun(Kind.SIGN_IN, who)
    page = actions.challenge(asked, FACE, now=NOW)["redirect_url"]
    with pytest.raises(Refusal) as waiting:
        proves(asked, FACE, {})
    assert waiting.value.code == "not-yet"
    registries.act(page)
    registries.services.behaviours["/centre"].mode = Mode.OUTAGE
    with pytest.raises(Unavailable):
        proves(asked, FACE, {})
    registries.services.behaviours["/centre"].mode = Mode.NORMAL
    assert actions.look(asked, now=NOW).proven == ()
