"""Devices are bound with biometrics, listed and closed by their owner; a closed one proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from qorgan.gate.database.connection import Role
from qorgan.gate.devices.refusal import DeviceRefused, Reason
from qorgan.gate.devices.software import Software
from qorgan.law.factors import Population

CLIENTS = [Population.BANK_CLIENT, Population.INSURANCE_OR_MFO_CLIENT, Population.PARTICIPANT]


def bind(client: UUID, ceremony: UUID, report: UUID | None, now: datetime, device: Software | None = None) -> Any:
    from qorgan.gate.devices import register

    key = (device or Software()).public
    how = {"platform": register.Platform.ANDROID, "name": "phone", "ceremony": ceremony, "report_id": report}
    return register.register(client, key, **how, now=now)


def why(*what: Any) -> Reason:
    with pytest.raises(DeviceRefused) as caught:
        bind(*what)
    return caught.value.reason


@pytest.mark.clause("R48.156-1")
def test_a_device_is_bound_with_a_good_report_of_its_owner_and_ceremony(
    client_id: UUID, new_report: Callable[..., UUID], ceremony: UUID, now: datetime
) -> None:
    from qorgan.gate.devices import register

    device = Software()
    bound = bind(client_id, ceremony, new_report(client_id, ceremony), now, device)
    assert register.listed(client_id) == [bound]
    assert (bound.name, bound.platform, bound.created_at, bound.seen_at) == ("phone", "android", now, None)
    assert register.is_open(client_id, bound.id)
    assert not register.is_open(uuid4(), bound.id)


@pytest.mark.clause("R48.156-1")
@pytest.mark.parametrize("population", CLIENTS)
def test_no_clients_device_is_bound_without_one(
    new_client: Callable[..., Any],
    new_report: Callable[..., UUID],
    population: Population,
    ceremony: UUID,
    now: datetime,
) -> None:
    from qorgan.gate.devices import register

    client, other = new_client(population).pk, new_client(population).pk
    for report in (
        None,
        uuid4(),
        new_report(client, uuid4()),
        new_report(other, ceremony),
        *(new_report(client, ceremony, state) for state in ("failed-match", "failed-liveness", "pending")),
    ):
        assert why(client, ceremony, report, now) is Reason.WITHOUT_BIOMETRICS
    assert register.listed(client) == []


@pytest.mark.clause("R48.156-1")
def test_one_report_binds_one_device(
    client_id: UUID, new_report: Callable[..., UUID], ceremony: UUID, now: datetime
) -> None:
    report = new_report(client_id, ceremony)
    bind(client_id, ceremony, report, now)
    assert why(client_id, ceremony, report, now) is Reason.WITHOUT_BIOMETRICS


@pytest.mark.clause("R48.156-1")
def test_the_database_itself_refuses_a_device_without_biometrics(gate: Any, client_id: UUID) -> None:
    statement = (
        "INSERT INTO device (id, client_id, thumbprint, key, platform, name, ceremony, report, created_at, closed_why) "
        "VALUES (gen_random_uuid(), %s, 'x', '{}', 'ios', '', gen_random_uuid(), %s, now(), '')"
    )
    with gate.connect(Role.WEB) as web:
        for report in (None, uuid4()):
            with pytest.raises(psycopg.errors.CheckViolation, match=r"R48\.156-1"):
                web.execute(statement, [client_id, report])


@pytest.mark.clause("R48.156-1")
def test_nobody_changes_what_a_device_was_bound_with_nor_opens_a_closed_one(
    gate: Any, client_id: UUID, new_report: Callable[..., UUID], ceremony: UUID, now: datetime
) -> None:
    from qorgan.gate.devices import register

    bound = bind(client_id, ceremony, new_report(client_id, ceremony), now)
    register.close(client_id, bound.id, why=register.Why.OWNER, now=now)
    with gate.connect(Role.WEB) as web:
        for column in ("client_id", "key", "thumbprint", "report", "ceremony"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(f"UPDATE device SET {column} = {column}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("DELETE FROM device")
        with pytest.raises(psycopg.errors.CheckViolation):
            web.execute("UPDATE device SET closed_at = NULL")
    with psycopg.connect(gate.superuser, autocommit=True) as owner:
        for change in ("client_id = gen_random_uuid()", "report = gen_random_uuid()", "key = '{}'", "thumbprint = 'x'"):
            with pytest.raises(psycopg.errors.CheckViolation):
                owner.execute(f"UPDATE device SET {change}")


def test_an_employee_binds_a_device_by_what_they_sign_in_with(
    new_client: Callable[..., Any], ceremony: UUID, now: datetime
) -> None:
    assert bind(new_client(Population.EMPLOYEE).pk, ceremony, None, now).name == "phone"


@pytest.mark.clause("R48.161.2")
def test_a_key_is_one_device_for_ever(
    new_client: Callable[..., Any], new_report: Callable[..., UUID], ceremony: UUID, now: datetime
) -> None:
    from qorgan.gate.devices import register

    one, other, device = new_client().pk, new_client().pk, Software()
    bound = bind(one, ceremony, new_report(one, ceremony), now, device)
    assert why(other, ceremony, new_report(other, ceremony), now, device) is Reason.TAKEN
    register.close(one, bound.id, why=register.Why.COMPROMISED, now=now)
    assert why(one, ceremony, new_report(one, ceremony), now, device) is Reason.TAKEN


def test_only_its_owner_closes_a_device_and_once(
    new_client: Callable[..., Any], new_report: Callable[..., UUID], ceremony: UUID, now: datetime
) -> None:
    from qorgan.gate.devices import register

    one, other = new_client().pk, new_client().pk
    bound = bind(one, ceremony, new_report(one, ceremony), now)
    with pytest.raises(DeviceRefused):
        register.close(other, bound.id, why=register.Why.OWNER, now=now)
    register.close(one, bound.id, why=register.Why.OWNER, now=now)
    with pytest.raises(DeviceRefused):
        register.close(one, bound.id, why=register.Why.OWNER, now=now)
    assert register.listed(one) == []


def test_every_device_of_a_client_is_closed_at_once(
    new_client: Callable[..., Any], new_report: Callable[..., UUID], now: datetime
) -> None:
    from django.db import transaction

    from qorgan.gate.devices import register

    one, other = new_client().pk, new_client().pk
    bound = []
    for client in (one, one, other):
        ceremony = uuid4()
        bound.append(bind(client, ceremony, new_report(client, ceremony), now).id)
    with transaction.atomic():
        closed = register.close_all(one, why=register.Why.CLIENT_CLOSED, now=now)
    assert sorted(closed) == sorted(bound[:2])
    assert [each.id for each in register.listed(other)] == bound[2:]


def test_there_are_not_more_devices_than_a_person_has(
    new_client: Callable[..., Any], ceremony: UUID, now: datetime
) -> None:
    client = new_client(Population.EMPLOYEE).pk
    for _ in range(20):
        bind(client, ceremony, None, now)
    assert why(client, ceremony, None, now) is Reason.TOO_MANY
