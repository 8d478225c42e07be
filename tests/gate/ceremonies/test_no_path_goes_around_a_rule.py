"""Every path of the plan, walked: all orders of all methods, for every kind, population and factor to be changed.

The walk does not keep to what is offered: whoever attacks does not either.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations, permutations, product

import pytest

from qorgan.gate.ceremonies import plan
from qorgan.gate.ceremonies.kinds import EFFECTS, NAMES_A_FACTOR, Effect, Kind
from qorgan.gate.ceremonies.lifecycle import LIFE, State, Verb
from qorgan.gate.ceremonies.plan import Situation
from qorgan.gate.rules.proof import BiometricSource, Proof, independent_kinds
from qorgan.gate.rules.verdict import Allowed, Refused
from qorgan.law.factors import Identification, Method, Population

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
METHODS = [method for method in Method if method in plan.IMPLEMENTED]
PATHS = [path for size in range(len(METHODS) + 1) for path in permutations(METHODS, size)]
BEGINNINGS = [(kind, changed) for kind in Kind for changed in (METHODS if kind in NAMES_A_FACTOR else [None])]


def proof(method: Method, carrier: str = "", source: BiometricSource = BiometricSource.STATE) -> Proof:
    return Proof(
        method=method,
        credential=method.value,
        at=NOW,
        carrier=carrier,
        source=source if method is Method.BIOMETRICS else None,
    )


def situation(kind: Kind, population: Population, proofs: tuple[Proof, ...], **more: object) -> Situation:
    return Situation(kind=kind, population=population, at=NOW, proofs=proofs, **more)  # type: ignore[arg-type]


def ends(population: Population) -> Iterator[tuple[Situation, tuple[Method, ...]]]:
    """Each situation in which a ceremony of this population may be finished, with the path that led there."""
    for (kind, changed), path, phone, in_app in product(BEGINNINGS, PATHS, (False, True), (False, True)):
        if phone and kind not in {Kind.REGISTRATION, Kind.PHONE_CHANGE}:
            continue
        found = situation(
            kind, population, tuple(proof(one) for one in path), changed=changed, phone=phone, in_app=in_app
        )
        if isinstance(plan.verdict(found), Allowed):
            yield found, path


@pytest.mark.clause("R48.156-1")
@pytest.mark.clause("R57.11")
@pytest.mark.clause("R57.10")
@pytest.mark.clause("D26.two-factor")
@pytest.mark.clause("D26.remote-registration")
@pytest.mark.parametrize("population", Population)
def test_no_path_binds_a_device_or_changes_a_participants_password_without_biometrics(population: Population) -> None:
    walked = 0
    for end, path in ends(population):
        walked += 1
        kind, changed = end.kind, end.changed
        binds = kind is Kind.NEW_DEVICE or (kind is Kind.FACTOR_ADDED and changed is Method.DEVICE_KEY)
        if binds and population is not Population.EMPLOYEE:
            assert Method.BIOMETRICS in path, end
        sets = kind in {Kind.PASSWORD_CHANGE, Kind.RECOVERY} or changed is Method.PASSWORD
        if sets and population is Population.PARTICIPANT:
            assert Method.BIOMETRICS in path, end
        if kind in {Kind.SIGN_IN, Kind.NEW_DEVICE}:
            assert len({method.kind for method in path}) >= 2, end
            if population is Population.PARTICIPANT:
                assert {Method.SIGNATURE, Method.BIOMETRICS} & set(path), end
            if end.in_app and Method.DEVICE_KEY not in path and population is not Population.EMPLOYEE:
                assert Method.BIOMETRICS in path, end
        if kind is Kind.REGISTRATION:
            assert population is not Population.EMPLOYEE, end
            assert Method.SIGNATURE in path or Method.BIOMETRICS in path, end
        if kind is Kind.PHONE_CHANGE:
            assert end.phone, end
    assert walked > 100


@pytest.mark.clause("D26.two-factor")
@pytest.mark.parametrize("population", Population)
@pytest.mark.parametrize("kind", [Kind.SIGN_IN, Kind.NEW_DEVICE])
def test_no_session_comes_of_factors_that_one_theft_gives_away(kind: Kind, population: Population) -> None:
    for size in range(1, 4):
        for chosen, carriers in product(combinations(METHODS, size), product(("", "phone", "token"), repeat=size)):
            proofs = tuple(proof(method, carrier) for method, carrier in zip(chosen, carriers, strict=True))
            if isinstance(plan.verdict(situation(kind, population, proofs)), Allowed):
                assert independent_kinds(proofs) >= 2


@pytest.mark.parametrize("population", Population)
@pytest.mark.parametrize(("kind", "changed"), BEGINNINGS)
def test_what_is_offered_leads_to_the_end_and_nothing_else_does(kind, changed, population: Population) -> None:
    """From every situation: an offer is a step of some way to the end; no offer means that there is no way."""
    for size, phone in product(range(len(METHODS) + 1), (False, True)):
        for chosen in combinations(METHODS, size):
            here = situation(kind, population, tuple(map(proof, chosen)), changed=changed, phone=phone)
            steps = plan.next_steps(here)
            if steps.may_finish:
                assert not steps.methods
                assert not steps.phone
                continue
            every = situation(kind, population, tuple(map(proof, METHODS)), changed=changed, phone=True)
            if not steps.methods and not steps.phone and kind not in {Kind.REGISTRATION, Kind.RECOVERY}:
                assert isinstance(plan.verdict(every), Refused)
            assert not set(steps.methods) & set(chosen)
            if steps.methods or steps.phone:
                more = tuple(proof(one) for one in (*chosen, *steps.methods))
                whole = situation(kind, population, more, changed=changed, phone=phone or steps.phone)
                assert isinstance(plan.verdict(whole), Allowed)


@pytest.mark.clause("R48.161.1")
@pytest.mark.parametrize("population", Population)
@pytest.mark.parametrize(("kind", "changed"), BEGINNINGS)
def test_before_anything_is_proven_the_offers_tell_nothing_of_the_person(kind, changed, population) -> None:
    asked = [
        plan.next_steps(situation(kind, population, (), changed=changed, enrolled=frozenset(has)))
        for has in ((), METHODS, METHODS[:1], METHODS[2:])
    ]
    assert all(one == asked[0] for one in asked)


@pytest.mark.clause("R57.9")
def test_a_participant_is_registered_in_three_ways_and_no_fourth() -> None:
    def registers(proofs: tuple[Proof, ...], *, phone: bool) -> bool:
        asked = situation(Kind.REGISTRATION, Population.PARTICIPANT, proofs, phone=phone)
        return isinstance(plan.verdict(asked), Allowed)

    named = {Method.SIGNATURE: (proof(Method.SIGNATURE),)}
    assert registers(named[Method.SIGNATURE], phone=False)
    for source in BiometricSource:
        assert registers((proof(Method.BIOMETRICS, source=source),), phone=False)
    others = tuple(proof(one) for one in METHODS if one not in {Method.SIGNATURE, Method.BIOMETRICS})
    assert not registers(others, phone=True)


@pytest.mark.clause("D26.remote-registration")
def test_a_banks_client_is_registered_by_signature_or_by_face_and_phone_or_by_one_where_so_configured() -> None:
    def registers(way: Identification, *, all_named: bool) -> bool:
        proofs = {
            Identification.SIGNATURE: (proof(Method.SIGNATURE),),
            Identification.STATE_BIOMETRICS: (proof(Method.BIOMETRICS),),
        }.get(way, ())
        asked = situation(
            Kind.REGISTRATION,
            Population.BANK_CLIENT,
            proofs,
            phone=way is Identification.PHONE,
            all_named=all_named,
        )
        return isinstance(plan.verdict(asked), Allowed)

    assert registers(Identification.SIGNATURE, all_named=True)
    assert not registers(Identification.STATE_BIOMETRICS, all_named=True)
    assert not registers(Identification.PHONE, all_named=True)
    assert registers(Identification.STATE_BIOMETRICS, all_named=False)
    assert registers(Identification.PHONE, all_named=False)


def test_each_kind_of_ceremony_does_something() -> None:
    assert set(EFFECTS) == set(Kind)
    assert all(EFFECTS.values())
    assert set(Effect) == frozenset().union(*EFFECTS.values())


def test_a_ceremony_that_has_ended_knows_no_verb() -> None:
    assert {step.to for step in LIFE.steps} == set(State)
    for state, verb in product(LIFE.final, Verb):
        assert LIFE.after(state, verb) is None
    for verb in Verb:
        assert LIFE.after(State.BEGUN, verb) is not None
