"""A call comes from an open device's key, with a nonce of ours, once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from qorgan.gate.database.connection import Role
from qorgan.gate.devices.refusal import DeviceRefused, Reason
from qorgan.gate.devices.software import Software
from qorgan.kit.database.connection import django_database

ADDRESS = "https://gate.bank.example/api/me"


@pytest.fixture
def device() -> Software:
    return Software()


@pytest.fixture
def bound(device: Software, client_id: UUID, new_report: Callable[..., UUID], ceremony: UUID, now: datetime) -> UUID:
    """The device, bound to the client."""
    from qorgan.gate.devices import register

    return register.register(
        client_id,
        device.public,
        platform=register.Platform.IOS,
        name="",
        ceremony=ceremony,
        report_id=new_report(client_id, ceremony),
        now=now,
    ).id


def proven(said: str, now: datetime, **changes: Any) -> Any:
    from qorgan.gate.devices import proving

    return proving.prove(said, **({"method": "GET", "address": ADDRESS, "now": now} | changes))


def why(said: str, now: datetime, **changes: Any) -> Reason:
    with pytest.raises(DeviceRefused) as caught:
        proven(said, now, **changes)
    return caught.value.reason


def fresh(now: datetime) -> str:
    from qorgan.gate.devices import nonces

    return nonces.issue(now)


@pytest.mark.clause("R48.161.2")
def test_a_call_is_known_by_its_devices_key(device: Software, bound: UUID, client_id: UUID, now: datetime) -> None:
    from qorgan.gate.devices import register

    found = proven(device.prove("GET", ADDRESS, now=now, nonce=fresh(now), token="t"), now, token="t")
    assert (found.device_id, found.client_id) == (bound, client_id)
    assert register.listed(client_id)[0].seen_at == now


@pytest.mark.clause("R48.161.2")
def test_a_proof_is_taken_once_however_many_bring_it_at_once(device: Software, bound: UUID, now: datetime) -> None:
    from django.db import connections

    said, crowd = device.prove("GET", ADDRESS, now=now, nonce=fresh(now)), 6
    together = Barrier(crowd)

    def attempt() -> Reason | None:
        try:
            together.wait(20)
            proven(said, now)
        except DeviceRefused as no:
            return no.reason
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(crowd) as threads:
        ends = [each.result() for each in [threads.submit(attempt) for _ in range(crowd)]]
    assert ends.count(None) == 1
    assert ends.count(Reason.REPLAYED) == crowd - 1


@pytest.mark.clause("R48.161.2")
def test_a_proof_without_our_nonce_is_refused(device: Software, bound: UUID, now: datetime) -> None:
    from qorgan.gate.devices import nonces

    assert why(device.prove("GET", ADDRESS, now=now), now) is Reason.NONCE_WRONG
    assert why(device.prove("GET", ADDRESS, now=now, nonce="made up"), now) is Reason.NONCE_WRONG
    old = fresh(now - 2 * nonces.SPAN)
    assert why(device.prove("GET", ADDRESS, now=now, nonce=old), now) is Reason.NONCE_WRONG
    proven(device.prove("GET", ADDRESS, now=now, nonce=fresh(now - nonces.SPAN)), now)
    # In a ceremony its own nonce is asked for, and one that is good elsewhere is not.
    assert why(device.prove("GET", ADDRESS, now=now, nonce=fresh(now)), now, nonce="own") is Reason.NONCE_WRONG
    proven(device.prove("GET", ADDRESS, now=now, nonce="own"), now, nonce="own")


@pytest.mark.clause("R48.161.2")
def test_an_unknown_key_and_a_closed_device_prove_nothing(
    device: Software, bound: UUID, client_id: UUID, now: datetime
) -> None:
    from qorgan.gate.devices import register

    assert why(Software().prove("GET", ADDRESS, now=now, nonce=fresh(now)), now) is Reason.UNKNOWN
    register.close(client_id, bound, why=register.Why.COMPROMISED, now=now)
    assert why(device.prove("GET", ADDRESS, now=now, nonce=fresh(now)), now) is Reason.CLOSED


def test_the_clerk_forgets_proofs_that_are_stale_anyhow(gate: Any, device: Software, client_id: UUID) -> None:
    from django.db import connections

    from qorgan.gate.devices import expiring
    from qorgan.gate.devices.models import DeviceProof

    gate.tamper(
        "INSERT INTO device (id, client_id, thumbprint, key, platform, name, ceremony, created_at, closed_why) "
        "VALUES (%s, %s, 'x', '{}', 'ios', '', %s, now(), '')",
        uuid4(),
        client_id,
        uuid4(),
    )
    ((bound,),) = gate.rows("SELECT id FROM device")
    for number, ago in enumerate((1, 60, -60)):
        expires = datetime.now(UTC) - timedelta(seconds=ago)
        DeviceProof.objects.create(device_id=bound, digest=bytes([number]), expires_at=expires)
    connections["default"].close()
    connections["default"].settings_dict.update(django_database(gate.url(Role.CLERK)))
    assert expiring.expire() == 2
    assert gate.rows("SELECT count(*) FROM device_proof") == [(1,)]


def enrolled(client: UUID, device: Software, good: UUID | None, ceremony: UUID, now: datetime, **changes: Any) -> Any:
    from qorgan.gate.factors.device_key import verifying

    asked = verifying.enrol_begin(client, ceremony=ceremony, nonce=b"n" * 32, purpose="", now=now)
    kept = {**asked.kept, "report": str(good) if good else None}
    said = {"proof": told(device, asked.public, now), "platform": "ios", "name": "phone"} | changes
    return verifying.enrol_finish(client, kept, said, ceremony=ceremony, now=now)


def told(device: Software, public: dict[str, Any], now: datetime) -> str:
    return device.prove(public["method"], public["address"], now=now, nonce=public["nonce"])


@pytest.mark.clause("R57.4")
def test_a_devices_key_is_a_factor_of_its_owner_in_one_ceremony(
    new_client: Callable[..., Any], new_report: Callable[..., UUID], device: Software, now: datetime
) -> None:
    from qorgan.gate.factors.base import FactorRefused
    from qorgan.gate.factors.device_key import verifying

    one, other, ceremony = new_client().pk, new_client().pk, uuid4()
    own = enrolled(one, device, new_report(one, ceremony), ceremony, now)
    assert verifying.enrolled(one) == [own]
    asked = verifying.begin(one, ceremony=ceremony, nonce=b"m" * 32, purpose="sign-in:bank-client", now=now)
    said = {"proof": told(device, asked.public, now)}
    for client, where in ((other, ceremony), (None, ceremony), (one, uuid4())):
        with pytest.raises(FactorRefused):
            verifying.verify(client, asked.kept, {"proof": told(device, asked.public, now)}, ceremony=where, now=now)
    found = verifying.verify(one, asked.kept, said, ceremony=ceremony, now=now)
    assert (found.credential, found.carrier) == (own.id, f"device:{own.id}")
    with pytest.raises(FactorRefused, match="already-used"):
        verifying.verify(one, asked.kept, said, ceremony=ceremony, now=now)
    verifying.remove(one, own.id, now=now)
    again = {"proof": told(device, asked.public, now)}
    with pytest.raises(FactorRefused, match="closed"):
        verifying.verify(one, asked.kept, again, ceremony=ceremony, now=now)


@pytest.mark.clause("R48.156-1")
def test_a_device_is_enrolled_with_the_ceremonys_own_report_and_proof(
    client_id: UUID, new_report: Callable[..., UUID], device: Software, ceremony: UUID, now: datetime
) -> None:
    from qorgan.gate.factors.base import FactorRefused
    from qorgan.gate.factors.device_key import verifying

    with pytest.raises(FactorRefused, match="without-biometrics"):
        enrolled(client_id, device, None, ceremony, now)
    report = new_report(client_id, ceremony)
    with pytest.raises(FactorRefused, match="without-biometrics"):  # the app's own word is not asked
        enrolled(client_id, device, None, ceremony, now, report=str(report))
    elsewhere = device.prove("POST", ADDRESS, now=now, nonce="x")
    with pytest.raises(FactorRefused):
        enrolled(client_id, device, report, ceremony, now, proof=elsewhere)
    address = verifying.enrol_begin(client_id, ceremony=ceremony, nonce=b"", purpose="", now=now).public["address"]
    earlier = device.prove("POST", address, now=now, nonce="another challenge's")
    with pytest.raises(FactorRefused, match="other-ceremony"):
        enrolled(client_id, device, report, ceremony, now, proof=earlier)
    enrolled(client_id, device, report, ceremony, now)
    again = uuid4()
    other = new_report(client_id, again)
    with pytest.raises(FactorRefused, match="taken"):
        enrolled(client_id, device, other, again, now)
    assert len(verifying.enrolled(client_id)) == 1
