"""That a service answers again is one entry of the journal, whoever of several processes finds out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from qorgan.gate.journal.events import Event
from qorgan.gate.providers import configured
from qorgan.gate.providers.sandbox import services as places
from qorgan.gate.providers.sandbox.modes import Mode
from qorgan.kit.refusal import Unavailable
from qorgan.law.factors import Method, Population
from tests.gate.ceremonies.people import NOW, somebody, whence
from tests.gate.fixtures_registries import Registries, registries

if TYPE_CHECKING:
    from tests.gate.conftest import Gate

__all__ = ["registries"]


@pytest.fixture
def asks(gate: Gate, registries: Registries) -> Callable[[], Any]:
    """Somebody asks to be identified."""
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.kinds import Kind

    registries.hands.at = NOW
    who = somebody()
    begun = actions.begin(Kind.SIGN_IN, Population.BANK_CLIENT, whence(), now=NOW)
    actions.identify(begun, who.identifier, now=NOW)
    return lambda: actions.challenge(begun, Method.BIOMETRICS, now=NOW)


def told(gate: Gate) -> list[tuple[Any, ...]]:
    return gate.rows("SELECT event, outcome, reason FROM gate_journal WHERE event LIKE 'provider.%' ORDER BY id")


@pytest.mark.clause("D26.journal")
def test_an_outage_has_an_end_in_the_journal(gate: Gate, registries: Registries, asks: Callable[[], Any]) -> None:
    asks()
    assert told(gate) == []
    registries.services.behaviours[places.CENTRE].mode = Mode.OUTAGE
    for _ in range(2):
        with pytest.raises(Unavailable):
            asks()
    away = ("provider.unavailable", "failed", "biometrics")
    assert told(gate) == [away, away]
    assert gate.rows("SELECT service, since FROM provider_outage") == [("biometrics", NOW)]
    registries.services.behaviours[places.CENTRE].mode = Mode.NORMAL
    for _ in range(3):
        asks()
    assert told(gate) == [away, away, ("provider.back", "done", "biometrics")]
    ((first, detail),) = gate.rows(
        "SELECT (SELECT min(id) FROM gate_journal WHERE event = 'provider.unavailable'), detail FROM gate_journal "
        "WHERE event = 'provider.back'"
    )
    assert (detail["entry"], detail["since"]) == (first, NOW.isoformat())
    assert gate.rows("SELECT * FROM provider_outage") == []


@pytest.mark.clause("D26.journal")
def test_of_many_that_find_out_at_once_one_tells(gate: Gate, asks: Callable[[], Any]) -> None:
    from django.db import connections, transaction

    from qorgan.gate.outages import noting

    with transaction.atomic():
        noting.away("biometrics", entry=1, now=NOW)

    def answered(_number: int) -> None:
        try:
            noting.answered("biometrics", now=NOW + timedelta(minutes=3))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(answered, range(16)))
    assert told(gate) == [("provider.back", "done", "biometrics")]
    assert gate.rows("SELECT (detail ->> 'seconds')::int FROM gate_journal WHERE event = 'provider.back'") == [(180,)]


@pytest.mark.clause("D26.journal")
def test_a_service_that_has_not_decided_has_answered(
    gate: Gate, registries: Registries, asks: Callable[[], Any]
) -> None:
    asks()
    registries.services.behaviours[places.CENTRE].mode = Mode.OUTAGE
    with pytest.raises(Unavailable):
        asks()
    configured.close(registries.config)
    registries.services.behaviours[places.CENTRE].mode = Mode.NORMAL
    asks()
    assert told(gate)[-1] == ("provider.back", "done", "biometrics")


@pytest.mark.clause("D26.journal")
def test_the_clerk_finds_out_by_a_notice_that_it_delivers(gate: Gate, registries: Registries) -> None:
    from django.db import connection, transaction

    from qorgan.gate.clients import access
    from qorgan.gate.database.connection import Role
    from qorgan.gate.notices import delivering
    from qorgan.gate.notices.kinds import Kind
    from qorgan.gate.notices.telling import tell
    from qorgan.gate.outages import noting
    from qorgan.kit.database.connection import django_database
    from tests.gate.ceremonies.people import act

    who = somebody()
    with transaction.atomic():
        client = access.by_id(who.id)
        entry = act().write(Event.SIGN_IN, client)
        tell(client, Kind.SIGNED_IN, entry=entry, now=NOW)
        noting.away(configured.GATEWAY, entry=entry, now=NOW)
    gateway = configured.gateway(registries.config)
    assert gateway is not None
    connection.close()
    connection.settings_dict.update(django_database(gate.url(Role.CLERK)))
    assert delivering.deliver(gateway, institution="Test", now=NOW + timedelta(minutes=1))
    assert told(gate) == [("provider.back", "done", "messages")]
