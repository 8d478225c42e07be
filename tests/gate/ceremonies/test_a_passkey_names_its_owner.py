"""A sign-in may begin with a passkey: it names its owner, proves possession, and is still one factor."""

from __future__ import annotations

from uuid import uuid4

import pytest

from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method, Population
from tests.gate.ceremonies.people import NOW, PASSWORD, somebody, whence

ORIGIN = "http://localhost:8460"


def with_passkey(population=Population.BANK_CLIENT, number=0):
    from qorgan.gate.factors.passkey import verifying
    from qorgan.gate.factors.passkey.authenticator import Software

    who, device, ceremony = somebody(population, number), Software(ORIGIN), uuid4()
    asked = verifying.enrol_begin(who.id, ceremony=ceremony, nonce=b"n" * 32, purpose="", now=NOW)
    verifying.enrol_finish(who.id, asked.kept, device.make(asked.public), ceremony=ceremony, now=NOW)
    return who, device


def begun(population=Population.BANK_CLIENT, **more):
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.kinds import Kind

    return actions.begin(more.pop("kind", Kind.SIGN_IN), population, whence(), now=NOW, **more)


def shown(asked, device):
    from qorgan.gate.ceremonies import actions

    public = actions.challenge(asked, Method.PASSKEY, now=NOW)
    return actions.prove(asked, Method.PASSKEY, device.use(public), whence=whence(), now=NOW)


@pytest.mark.clause("D26.two-factor")
def test_a_passkey_and_a_password_let_its_owner_in_who_gave_no_name(gate):
    from qorgan.gate.ceremonies import actions, sessions

    who, device = with_passkey()
    asked = begun()
    seen = shown(asked, device)
    assert seen.identified
    assert seen.proven == (Method.PASSKEY,)
    with pytest.raises(Refusal):
        actions.finish(asked, whence=whence(), now=NOW)
    again = begun()
    shown(again, device)
    actions.prove(again, Method.PASSWORD, {"password": PASSWORD}, whence=whence(), now=NOW)
    done = actions.finish(again, whence=whence(), now=NOW)
    assert sessions.by_secret(done.session_secret, now=NOW).client_id == who.id


@pytest.mark.clause("R57.4")
def test_a_passkey_of_another_population_or_of_nobody_is_refused_as_any_wrong_answer(gate):
    from qorgan.gate.factors.passkey.authenticator import Software

    _, device = with_passkey()
    stranger = Software(ORIGIN)
    stranger.make({"challenge": "AAAA", "rp": {"id": "localhost"}, "user": {"id": "AAAA"}})
    codes = set()
    for population, key in ((Population.INSURANCE_OR_MFO_CLIENT, device), (Population.BANK_CLIENT, stranger)):
        with pytest.raises(Refusal) as refused:
            shown(begun(population), key)
        codes.add((refused.value.code, refused.value.status))
    assert codes == {("not-proven", 403)}


def test_a_name_that_was_given_is_not_changed_by_a_passkey(gate):
    from qorgan.gate.ceremonies import actions

    _, device = with_passkey()
    other, _ = with_passkey(number=1)
    asked = begun()
    actions.identify(asked, other.identifier, now=NOW)
    with pytest.raises(Refusal) as refused:
        shown(asked, device)
    assert refused.value.code == "not-proven"


@pytest.mark.parametrize("method", [Method.PASSWORD, Method.ONE_TIME_CODE, Method.DEVICE_KEY])
def test_no_other_method_begins_without_a_name(gate, method):
    from qorgan.gate.ceremonies import actions

    with pytest.raises(Refusal) as refused:
        actions.prove(begun(), method, {"password": PASSWORD}, whence=whence(), now=NOW)
    assert refused.value.code == "identifier-missing"


def test_nothing_but_a_sign_in_begins_with_a_passkey(gate):
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.kinds import Kind

    with pytest.raises(Refusal) as refused:
        actions.challenge(begun(kind=Kind.RECOVERY), Method.PASSKEY, now=NOW)
    assert refused.value.code == "identifier-missing"


def test_guesses_at_a_passkey_of_nobody_are_counted_as_those_at_somebodys(gate):
    _, device = with_passkey()
    credential = next(iter(device.keys))
    ends = []
    for named in (credential, b"x" * 32):
        key = device.keys[credential]
        device.keys[named] = (key[0], b"of nobody")
        codes = []
        for _ in range(8):
            public_asked = begun()
            with pytest.raises(Refusal) as refused:
                shown_by(public_asked, device, named)
            codes.append(refused.value.code)
        ends.append(codes)
    assert ends[0] == ends[1]
    assert ends[0][-1] == "too-many-attempts"


def shown_by(asked, device, credential):
    from qorgan.gate.ceremonies import actions

    public = actions.challenge(asked, Method.PASSKEY, now=NOW)
    return actions.prove(asked, Method.PASSKEY, device.use(public, credential), whence=whence(), now=NOW)
