"""The rules of who may come in: one kind never enters, more proof never shuts the door, nothing proven is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.gate.rules import policy
from qorgan.gate.rules.proof import FRESH, BiometricSource, Proof, are_independent, independent_kinds
from qorgan.gate.rules.verdict import WORDS, Allowed, Lack, Refused
from qorgan.law.factors import FactorKind, Identification, Method, Population

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def proof(method: Method, credential: str = "", carrier: str = "", at: datetime = NOW) -> Proof:
    source = BiometricSource.STATE if method is Method.BIOMETRICS else None
    return Proof(method=method, credential=credential or method.value, carrier=carrier, at=at, source=source)


METHODS = st.sampled_from(Method)
PROOFS = st.lists(
    st.builds(
        proof,
        METHODS,
        st.sampled_from(["one", "two", "three"]),
        st.sampled_from(["", "this phone", "a token"]),
        st.sampled_from([NOW, NOW - timedelta(minutes=5), NOW - FRESH - timedelta(seconds=1)]),
    ),
    max_size=5,
)
POPULATIONS = st.sampled_from(Population)
ACTS = st.sampled_from(
    [
        policy.sign_in,
        policy.new_device,
        policy.password_change,
        lambda population, proofs, at: policy.factor_change(population, proofs, at, changed=Method.PASSKEY),
        lambda population, proofs, at: policy.factor_change(population, proofs, at, changed=Method.SIGNATURE),
    ]
)


@pytest.mark.clause("D26.two-factor")
@pytest.mark.clause("R57.8")
@given(POPULATIONS, st.sampled_from(FactorKind), st.data())
def test_one_kind_never_enters(population: Population, kind: FactorKind, data: st.DataObject) -> None:
    alike = [method for method in Method if method.kind is kind]
    chosen = data.draw(st.lists(st.sampled_from(alike), min_size=1, max_size=5))
    proofs = [proof(method, str(number)) for number, method in enumerate(chosen)]
    assert isinstance(policy.sign_in(population, proofs, NOW), Refused)


@given(ACTS, POPULATIONS, PROOFS, PROOFS)
def test_more_proof_never_shuts_the_door(act, population: Population, some: list[Proof], more: list[Proof]) -> None:
    if isinstance(act(population, some, NOW), Allowed):
        assert isinstance(act(population, [*more, *some], NOW), Allowed)


@pytest.mark.clause("R57.4")
@given(ACTS, POPULATIONS)
def test_nothing_proven_is_refused_by_a_clause_that_is_named(act, population: Population) -> None:
    verdict = act(population, [], NOW)
    assert isinstance(verdict, Refused)
    assert verdict.lacks is Lack.PROOF
    assert verdict.rule
    assert verdict.edition


@pytest.mark.clause("D26.two-factor")
@given(POPULATIONS, PROOFS)
def test_what_one_theft_gives_away_counts_once(population: Population, proofs: list[Proof]) -> None:
    on_one_phone = [proof(one.method, one.credential, "this phone", one.at) for one in proofs]
    assert independent_kinds(on_one_phone) <= 1
    assert isinstance(policy.sign_in(population, on_one_phone, NOW), Refused)


@pytest.mark.clause("D26.two-factor")
def test_a_code_in_the_app_that_keeps_the_password_is_no_second_factor() -> None:
    kept = proof(Method.PASSWORD, carrier="app")
    assert not are_independent(kept, proof(Method.ONE_TIME_CODE, carrier="app"))
    assert are_independent(kept, proof(Method.ONE_TIME_CODE, carrier="token"))


@given(ACTS, POPULATIONS, PROOFS)
def test_old_proof_is_none(act, population: Population, proofs: list[Proof]) -> None:
    old = [proof(one.method, one.credential, one.carrier, NOW - FRESH - timedelta(seconds=1)) for one in proofs]
    assert isinstance(act(population, old, NOW), Refused)


@pytest.mark.clause("R57.10")
@pytest.mark.parametrize(
    ("methods", "lacks"),
    [
        ((Method.PASSWORD, Method.ONE_TIME_CODE), Lack.SIGNATURE_OR_BIOMETRICS),
        ((Method.PASSWORD, Method.PASSKEY), Lack.SIGNATURE_OR_BIOMETRICS),
        ((Method.SIGNATURE,), Lack.TWO_FACTORS),
        ((Method.SIGNATURE, Method.PASSKEY), Lack.TWO_FACTORS),
        ((Method.BIOMETRICS,), Lack.TWO_FACTORS),
        ((Method.SIGNATURE, Method.PASSWORD), None),
        ((Method.SIGNATURE, Method.BIOMETRICS), None),
        ((Method.BIOMETRICS, Method.PASSWORD), None),
        ((Method.BIOMETRICS, Method.DEVICE_KEY), None),
    ],
)
def test_a_participant_needs_signature_or_biometrics_among_two_factors(
    methods: tuple[Method, ...], lacks: Lack | None
) -> None:
    verdict = policy.sign_in(Population.PARTICIPANT, map(proof, methods), NOW)
    assert verdict.rule == "R57.10"
    assert (verdict.lacks if isinstance(verdict, Refused) else None) is lacks


@pytest.mark.clause("R57.10")
def test_the_signature_must_itself_be_one_of_the_two() -> None:
    on_phone = proof(Method.SIGNATURE, carrier="phone"), proof(Method.PASSWORD, carrier="phone")
    elsewhere = proof(Method.ONE_TIME_CODE, carrier="token")
    verdict = policy.sign_in(Population.PARTICIPANT, [*on_phone, elsewhere], NOW)
    assert isinstance(verdict, Refused)


@pytest.mark.clause("R48.156-1")
@given(st.sampled_from([one for one in Population if one is not Population.EMPLOYEE]), PROOFS)
def test_no_device_is_bound_without_biometrics(population: Population, proofs: list[Proof]) -> None:
    others = [one for one in proofs if one.method is not Method.BIOMETRICS]
    assert isinstance(policy.new_device(population, others, NOW), Refused)
    assert isinstance(policy.new_device(population, [*others, proof(Method.BIOMETRICS)], NOW), Allowed)


@pytest.mark.clause("R57.11")
@given(PROOFS)
def test_a_participants_password_changes_with_biometrics_alone(proofs: list[Proof]) -> None:
    others = [one for one in proofs if one.method is not Method.BIOMETRICS]
    assert isinstance(policy.password_change(Population.PARTICIPANT, others, NOW), Refused)
    verdict = policy.password_change(Population.PARTICIPANT, [*others, proof(Method.BIOMETRICS)], NOW)
    assert isinstance(verdict, Allowed)
    assert verdict.rule == "R57.11"


def test_a_forgotten_password_takes_possession_and_biometrics() -> None:
    def change(*methods: Method) -> bool:
        return isinstance(policy.password_change(Population.BANK_CLIENT, map(proof, methods), NOW), Allowed)

    assert not change(Method.PASSKEY, Method.SIGNATURE)
    assert change(Method.PASSKEY, Method.BIOMETRICS)
    assert change(Method.PASSWORD, Method.ONE_TIME_CODE)


@pytest.mark.clause("R57.10")
def test_a_participants_signature_is_changed_by_signature_or_biometrics() -> None:
    known = [proof(Method.PASSWORD), proof(Method.BIOMETRICS)]
    assert isinstance(policy.factor_change(Population.PARTICIPANT, known, NOW, changed=Method.SIGNATURE), Allowed)
    weak = [proof(Method.PASSWORD), proof(Method.ONE_TIME_CODE)]
    assert isinstance(policy.factor_change(Population.PARTICIPANT, weak, NOW, changed=Method.SIGNATURE), Refused)


CLIENTS = [Population.BANK_CLIENT, Population.INSURANCE_OR_MFO_CLIENT]
STATE, OWN, PHONE, EDS = (
    Identification.STATE_BIOMETRICS,
    Identification.OWN_DEVICE_BIOMETRICS,
    Identification.PHONE,
    Identification.SIGNATURE,
)


@pytest.mark.clause("D26.remote-registration")
@pytest.mark.clause("D26.identity")
@pytest.mark.parametrize("population", CLIENTS)
@pytest.mark.parametrize(
    ("shown", "strict", "lenient"),
    [
        ((), Lack.IDENTIFICATION, Lack.IDENTIFICATION),
        ((OWN,), Lack.IDENTIFICATION, Lack.IDENTIFICATION),
        ((PHONE,), Lack.EVERY_IDENTIFICATION, None),
        ((STATE,), Lack.EVERY_IDENTIFICATION, None),
        ((STATE, PHONE), None, None),
        ((EDS,), None, None),
    ],
)
def test_clients_are_registered_by_the_three_ways_and_by_nothing_less(
    population: Population, shown: tuple[Identification, ...], strict: Lack | None, lenient: Lack | None
) -> None:
    for all_named, lacks in ((True, strict), (False, lenient)):
        verdict = policy.registration(population, shown, NOW, all_named=all_named)
        assert (verdict.lacks if isinstance(verdict, Refused) else None) is lacks


@pytest.mark.clause("R57.9")
@given(st.sets(st.sampled_from(Identification)))
def test_participants_are_registered_by_three_ways_and_no_fourth(shown: set[Identification]) -> None:
    verdict = policy.registration(Population.PARTICIPANT, shown, NOW)
    assert isinstance(verdict, Allowed) is bool(shown - {PHONE})


def test_nobody_registers_as_an_employee() -> None:
    verdict = policy.registration(Population.EMPLOYEE, set(Identification), NOW)
    assert isinstance(verdict, Refused)
    assert verdict.lacks is Lack.RULE


def test_a_day_without_a_rule_lets_nobody_in() -> None:
    before = datetime(2024, 8, 1, tzinfo=UTC)
    proofs = [proof(Method.PASSWORD, at=before), proof(Method.BIOMETRICS, at=before)]
    for population in Population:
        verdict = policy.sign_in(population, proofs, before)
        assert isinstance(verdict, Refused)
        assert verdict.lacks is Lack.RULE


def test_every_lack_has_words() -> None:
    assert set(WORDS) == set(Lack)
