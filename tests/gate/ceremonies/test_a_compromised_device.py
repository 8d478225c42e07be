"""A device in wrong hands is closed, and every session that was begun on it ends in the same transaction."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method, Population
from tests.gate.ceremonies.people import NOW, PASSWORD, Somebody, act, somebody, whence


def bound(who: Somebody):
    """A device of an employee's, who needs no face for it."""
    from qorgan.gate.devices import register
    from qorgan.gate.devices.software import Software

    device = Software()
    how = {"platform": register.Platform.IOS, "name": "", "ceremony": uuid4(), "report_id": None}
    return device, register.register(who.id, device.public, **how, now=NOW).id


def signed_in(who: Somebody, device=None):
    """A session, begun on the device or without any."""
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.kinds import Kind

    asked = actions.begin(Kind.SIGN_IN, who.population, whence(), now=NOW)
    actions.identify(asked, who.identifier, now=NOW)
    if device is None:
        actions.prove(asked, Method.ONE_TIME_CODE, {"code": who.code()}, whence=whence(), now=NOW)
    else:
        public = actions.challenge(asked, Method.DEVICE_KEY, now=NOW)
        said = device.prove(public["method"], public["address"], now=NOW, nonce=public["nonce"])
        actions.prove(asked, Method.DEVICE_KEY, {"proof": said}, whence=whence(), now=NOW)
    actions.prove(asked, Method.PASSWORD, {"password": PASSWORD}, whence=whence(), now=NOW)
    return actions.finish(asked, whence=whence(), now=NOW).session_secret


@pytest.mark.clause("R48.161.2")
def test_sessions_of_a_compromised_device_end_and_others_go_on(gate):
    from qorgan.gate.ceremonies import account, sessions
    from qorgan.gate.devices.register import Why

    who, staff = somebody(Population.EMPLOYEE), uuid4()
    device, own = bound(who)
    on_it, elsewhere = signed_in(who, device), signed_in(who)
    assert sessions.by_secret(on_it, now=NOW).device_id == own
    account.close_device(who.id, own, why=Why.COMPROMISED, act=act(by=staff, reason="lost"))
    assert sessions.by_secret(on_it, now=NOW) is None
    assert sessions.by_secret(elsewhere, now=NOW) is not None
    ((by, reason),) = gate.rows("SELECT actor, reason FROM gate_journal WHERE event = 'device.closed'")
    assert (by, reason) == (staff, "compromised")
    with pytest.raises(Refusal) as refused:
        signed_in(who, device)
    assert refused.value.code == "not-proven"


def test_nobody_closes_a_device_that_is_not_the_clients(gate):
    from qorgan.gate.ceremonies import account
    from qorgan.gate.devices.register import Why

    who, other = somebody(Population.EMPLOYEE), somebody(Population.EMPLOYEE, 1)
    _, own = bound(who)
    for device in (own, UUID(int=7)):
        with pytest.raises(Refusal) as refused:
            account.close_device(other.id, device, why=Why.STAFF, act=act())
        assert refused.value.code == "device-unknown"
