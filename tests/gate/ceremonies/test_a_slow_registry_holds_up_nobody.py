"""While a registry is slow nobody waits but who asked it, and what it says too late is not taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event as Bell
from typing import Any

import pytest

from qorgan.gate.providers.sandbox import services as places
from qorgan.gate.providers.sandbox.modes import Mode
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.kit.refusal import Refusal, Unavailable
from qorgan.law.factors import Method, Population
from tests.gate.ceremonies.people import NOW, PASSWORD, Somebody, somebody, whence
from tests.gate.fixtures_registries import Registries, registries

__all__ = ["registries"]
STEPS = ["ordering", "answering", "phone"]


def alone(work: Callable[[], Any]) -> Any:
    """In a thread that leaves no connection behind."""
    from django.db import connections

    try:
        return work()
    finally:
        connections.close_all()


class Case:
    """Somebody at a step for which a registry is asked."""

    def __init__(self, gate: Any, registries: Registries, step: str) -> None:
        from qorgan.gate.ceremonies import actions
        from qorgan.gate.ceremonies.kinds import Kind

        registries.hands.at = NOW
        self.gate, self.registries, self.step = gate, registries, step
        self.who: Somebody = somebody()
        self.place = places.NUMBERS if step == "phone" else places.CENTRE
        kind = Kind.PHONE_CHANGE if step == "phone" else Kind.SIGN_IN
        self.begun = actions.begin(kind, Population.BANK_CLIENT, whence(), now=NOW)
        actions.identify(self.begun, self.who.identifier, now=NOW)
        if step == "phone":
            for method, answer in self.who.answers().items():
                actions.prove(self.begun, method, answer, whence=whence(), now=NOW)
        if step == "answering":
            asked = actions.challenge(self.begun, Method.BIOMETRICS, now=NOW)
            registries.act(asked["redirect_url"])

    def take(self, now: Any = NOW) -> Any:
        """The step itself."""
        from qorgan.gate.ceremonies import actions, phoning

        if self.step == "phone":
            return phoning.ask(self.begun, invented_phone(1), whence=whence(), now=now)
        if self.step == "ordering":
            return actions.challenge(self.begun, Method.BIOMETRICS, now=now)
        return actions.prove(self.begun, Method.BIOMETRICS, {}, whence=whence(), now=now)

    @contextmanager
    def under_way(self, times: int = 1, now: Any = NOW) -> Iterator[list[Future[Any]]]:
        """The step, taken so often at once, while the registry keeps everybody waiting."""
        behaviour = self.registries.services.behaviours[self.place]
        behaviour.mode = Mode.SLOW
        asked = Bell()
        behaving, count = behaviour.demand_working, [0]

        def noticed() -> None:
            count[0] += 1
            if count[0] >= times:
                asked.set()
            behaving()

        behaviour.demand_working = noticed  # type: ignore[method-assign]  # the sandbox tells when it is asked
        with ThreadPoolExecutor(times) as threads:
            steps = [threads.submit(alone, lambda: self.take(now)) for _ in range(times)]
            assert asked.wait(20)
            yield steps

    def gained(self) -> list[tuple[Any, ...]]:
        """What anybody gained by the step."""
        return [
            row
            for query in (
                "SELECT 1 FROM ceremony, jsonb_array_elements(proofs) AS one WHERE one ->> 'method' = 'biometrics'",
                "SELECT 2 FROM ceremony WHERE challenges <> '{}' AND state = 'begun'" if self.step == "ordering"
                else "SELECT 2 FROM biometric_report",
                "SELECT 3 FROM phone_check",
            )
            for row in self.gate.rows(query)
        ]  # fmt: skip


@pytest.fixture(params=STEPS)
def case(request: pytest.FixtureRequest, gate: Any, registries: Registries) -> Case:
    return Case(gate, registries, request.param)


def test_meanwhile_nothing_is_locked_and_everybody_else_goes_on(gate: Any, case: Case) -> None:
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.kinds import Kind

    other = somebody(number=5)
    with case.under_way() as (slow,):
        held = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state LIKE 'idle in transaction%%'"
        assert gate.rows(held, gate.database) == [(0,)]
        for person in (case.who, other):
            again = actions.begin(Kind.SIGN_IN, Population.BANK_CLIENT, whence("198.51.100.7"), now=NOW)
            actions.identify(again, person.identifier, now=NOW)
            actions.prove(again, Method.PASSWORD, {"password": PASSWORD}, whence=whence("198.51.100.7"), now=NOW)
        if case.step != "phone":
            # The very ceremony: its owner goes another way in another tab.
            actions.prove(case.begun, Method.PASSWORD, {"password": PASSWORD}, whence=whence(), now=NOW)
        assert not slow.done()
    assert slow.result()
    assert case.gained()


def test_what_comes_after_the_ceremony_was_ended_is_not_taken(gate: Any, case: Case) -> None:
    from qorgan.gate.ceremonies import actions

    with case.under_way() as (slow,):
        actions.give_up(case.begun, whence=whence(), now=NOW)
        assert not slow.done()
    with pytest.raises(Refusal) as refused:
        slow.result()
    assert refused.value.code == "ceremony-unknown"
    assert case.gained() == []
    assert case.registries.code(invented_phone(1)) == ""


def test_what_comes_after_the_ceremonys_time_is_not_taken(gate: Any, case: Case) -> None:
    ((ends_at,),) = gate.rows("SELECT ends_at FROM ceremony")
    last = ends_at - timedelta(seconds=1)
    case.registries.hands.at = last if case.step != "answering" else NOW
    with case.under_way(now=last) as (slow,):
        pass
    with pytest.raises(Refusal) as refused:
        slow.result()
    assert refused.value.code == "ceremony-unknown"
    assert case.gained() == []


@pytest.mark.clause("D26.identity")
def test_of_two_answers_at_once_one_counts(gate: Any, registries: Registries) -> None:
    case = Case(gate, registries, "answering")
    with case.under_way(2) as steps:
        pass
    outcomes = [one.exception() for one in steps]
    refused = [one for one in outcomes if one is not None]
    assert len(refused) == 1
    assert isinstance(refused[0], Refusal)
    assert refused[0].code in {"challenge-missing", "proven-already"}
    assert case.gained() == [(1,), (2,)]
    assert gate.rows("SELECT count(*) FROM gate_journal WHERE event = 'factor.proven' AND outcome = 'done'") == [(1,)]


def test_an_answer_to_a_challenge_that_another_has_replaced_is_not_taken(gate: Any, registries: Registries) -> None:
    from qorgan.gate.ceremonies import actions

    case = Case(gate, registries, "answering")
    with case.under_way() as (slow,):
        # The next order is given while the outcome of the first is on its way.
        registries.services.behaviours[places.CENTRE].mode = Mode.NORMAL
        actions.challenge(case.begun, Method.BIOMETRICS, now=NOW)
        assert not slow.done()
    with pytest.raises(Refusal) as refused:
        slow.result()
    assert refused.value.code == "challenge-missing"
    assert case.gained() == []


def test_an_outage_holds_up_nobody_and_counts_against_nobody(gate: Any, case: Case) -> None:
    from qorgan.gate.ceremonies import actions

    before = gate.rows("SELECT key, failures FROM attempts ORDER BY key")
    case.registries.services.behaviours[case.place].mode = Mode.OUTAGE
    began = time.monotonic()
    with pytest.raises(Unavailable):
        case.take()
    assert time.monotonic() - began < 10
    after = dict(gate.rows("SELECT key, failures FROM attempts"))
    spent = {key for key, count in after.items() if count > dict(before).get(key, 0)}
    # Asking for a code costs its network one, whatever becomes of it.
    assert len(spent) == (1 if case.step == "phone" else 0)
    assert actions.look(case.begun, now=NOW).state == "begun"


@pytest.mark.clause("D26.identity")
def test_a_code_that_no_gateway_took_is_good_for_nothing(gate: Any, registries: Registries) -> None:
    from qorgan.gate.ceremonies import phoning

    case = Case(gate, registries, "phone")
    registries.services.behaviours[places.MESSAGES].mode = Mode.OUTAGE
    for _ in range(7):
        with pytest.raises(Unavailable):
            case.take()
    assert gate.rows("SELECT count(*) FROM phone_check WHERE unsent_at IS NULL") == [(0,)]
    from qorgan.gate.providers import configured

    configured.close(registries.config)
    registries.services.behaviours[places.MESSAGES].mode = Mode.NORMAL
    assert case.take()
    view = phoning.confirm(case.begun, registries.code(invented_phone(1)), whence=whence(), now=NOW)
    assert view.phone_confirmed
