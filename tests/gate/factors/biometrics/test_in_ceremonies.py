"""Biometrics and phones within ceremonies: what an outage does, what a pending report does, what the journal says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.journal.entry import Whence
from qorgan.gate.providers.sandbox import services as places
from qorgan.gate.providers.sandbox.modes import Mode
from qorgan.kit.refusal import Refusal, Unavailable
from qorgan.law.factors import Method, Population
from tests.gate.conftest import Gate
from tests.gate.fixtures_registries import Registries

if TYPE_CHECKING:
    from qorgan.gate.clients.models import Client

WHENCE = Whence(address="203.0.113.7", port=40000, program="test", trace="t")


@pytest.fixture
def begun(registries: Registries, new_client: Callable[..., Client], now: datetime) -> Any:
    """A sign-in of a client, who has said who they are."""
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.kinds import Kind

    new_client(iin=invented_iin(1))
    made = actions.begin(Kind.SIGN_IN, Population.BANK_CLIENT, WHENCE, now=now)
    actions.identify(made, invented_iin(1), now=now)
    return made


def told(gate: Gate) -> list[tuple[Any, ...]]:
    return gate.rows("SELECT event, outcome, reason FROM gate_journal ORDER BY id")


@pytest.mark.clause("D26.identity")
def test_an_identification_is_awaited_proven_and_written_down(
    gate: Gate, registries: Registries, begun: Any, now: datetime
) -> None:
    from qorgan.gate.ceremonies import actions

    asked = actions.challenge(begun, Method.BIOMETRICS, now=now)
    with pytest.raises(Refusal) as waiting:
        actions.prove(begun, Method.BIOMETRICS, {}, whence=WHENCE, now=now)
    assert waiting.value.code == "not-yet"
    registries.act(asked["redirect_url"])
    view = actions.prove(begun, Method.BIOMETRICS, {}, whence=WHENCE, now=now)
    assert view.proven == (Method.BIOMETRICS,)
    assert told(gate) == [("identification.checked", "done", "passed"), ("factor.proven", "done", "")]


@pytest.mark.clause("D26.identity")
def test_a_negative_report_is_kept_and_written_down_though_it_is_refused(
    gate: Gate, registries: Registries, begun: Any, now: datetime
) -> None:
    from qorgan.gate.ceremonies import actions

    asked = actions.challenge(begun, Method.BIOMETRICS, now=now)
    registries.act(asked["redirect_url"], wrong=3)
    with pytest.raises(Refusal) as refused:
        actions.prove(begun, Method.BIOMETRICS, {}, whence=WHENCE, now=now)
    assert refused.value.code == "not-proven"
    assert gate.rows("SELECT state FROM biometric_report") == [("failed-liveness",)]
    first, second = told(gate)[:2]
    assert first == ("identification.checked", "failed", "failed-liveness")
    assert second == ("factor.proven", "failed", "negative: failed-liveness")


@pytest.mark.parametrize("step", ["asking", "answering"])
def test_an_outage_lets_nobody_in_is_nobodys_fault_and_is_written_down(
    gate: Gate, registries: Registries, begun: Any, now: datetime, step: str
) -> None:
    from qorgan.gate.ceremonies import actions

    if step == "answering":
        asked = actions.challenge(begun, Method.BIOMETRICS, now=now)
        registries.act(asked["redirect_url"])
    registries.services.behaviours[places.CENTRE].mode = Mode.OUTAGE
    steps = {
        "asking": lambda: actions.challenge(begun, Method.BIOMETRICS, now=now),
        "answering": lambda: actions.prove(begun, Method.BIOMETRICS, {}, whence=WHENCE, now=now),
    }
    with pytest.raises(Unavailable):
        steps[step]()
    assert told(gate) == [("provider.unavailable", "failed", "biometrics")]
    assert actions.look(begun, now=now).proven == ()
    registries.services.behaviours[places.CENTRE].mode = Mode.NORMAL
    if step == "answering":
        assert actions.prove(begun, Method.BIOMETRICS, {}, whence=WHENCE, now=now).proven == (Method.BIOMETRICS,)


@pytest.mark.parametrize("number", [1, 2], ids=["known", "unknown"])
def test_whoever_walks_away_each_time_is_slowed_down_known_or_not(
    registries: Registries, new_client: Callable[..., Client], now: datetime, number: int
) -> None:
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.kinds import Kind

    new_client(iin=invented_iin(1))
    for _ in range(10):
        begun = actions.begin(Kind.SIGN_IN, Population.BANK_CLIENT, WHENCE, now=now)
        actions.identify(begun, invented_iin(number), now=now)
        actions.challenge(begun, Method.BIOMETRICS, now=now)
    with pytest.raises(Refusal) as refused:
        actions.challenge(begun, Method.BIOMETRICS, now=now + timedelta(seconds=1))
    assert refused.value.code == "biometrics-too-soon"


@pytest.mark.clause("R56.1")
def test_where_the_state_is_out_the_person_goes_to_an_own_device(
    registries: Registries, begun: Any, now: datetime
) -> None:
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.rules.proof import BiometricSource

    registries.services.behaviours[places.CENTRE].mode = Mode.OUTAGE
    with pytest.raises(Unavailable):
        actions.challenge(begun, Method.BIOMETRICS, now=now)
    asked = actions.challenge(begun, Method.BIOMETRICS, now=now, source=BiometricSource.OWN_DEVICE)
    registries.act(asked["redirect_url"])
    assert actions.prove(begun, Method.BIOMETRICS, {}, whence=WHENCE, now=now).proven == (Method.BIOMETRICS,)
