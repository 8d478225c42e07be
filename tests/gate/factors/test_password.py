"""Passwords: what is taken, how it is kept, and that nobody costs as much as somebody."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import argon2
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.gate.config import Config
from qorgan.gate.factor_rules import PasswordCost, PasswordRules
from qorgan.gate.factors.base import FactorRefused, Reason
from qorgan.gate.factors.password import hashing
from qorgan.gate.factors.password.acceptance import Fault, fault

GOOD = "төрт сөз бірге тұрмайды"
COST = PasswordCost()
SHAPE = f"$argon2id$v=19$m={COST.memory},t={COST.passes},p={COST.lanes}$"
RULES = PasswordRules(words=("qorgan", "Үлгібанк"))


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
@settings(max_examples=15)
def test_a_password_is_kept_by_argon2id_and_only_it_holds(one: str, other: str) -> None:
    kept = hashing.kept(one, COST)
    assert kept.startswith(SHAPE)
    assert hashing.holds(one, kept, COST)
    assert hashing.holds(other, kept, COST) is (hashing.prepared(one) == hashing.prepared(other))


def test_one_password_typed_on_two_keyboards_is_one() -> None:
    assert hashing.holds("cafe\u0301 \u212b", hashing.kept("caf\u00e9 \u00c5", COST), COST)


@pytest.mark.parametrize("kept", ["", "x", "$argon2id$v=19$m=19456,t=2,p=1$", "$2b$12$abcdefghijklmnopqrstuv"])
def test_a_damaged_hash_is_nobodys(kept: str) -> None:
    assert not hashing.holds(GOOD, kept, COST)


def test_a_cost_below_the_floor_stops_the_start() -> None:
    for memory, passes in ((47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5), (65_536, 3)):
        PasswordCost(memory=memory, passes=passes)
    for memory, passes in ((47_103, 1), (19_455, 2), (7_167, 100), (8, 1)):
        with pytest.raises(msgspec.ValidationError, match="floor"):
            msgspec.convert({"password": {"cost": {"memory": memory, "passes": passes}}}, Config)


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("elevenchars", Fault.TOO_SHORT),
        ("a" * 257, Fault.TOO_LONG),
        ("passwordpassword", Fault.GUESSED_FIRST),
        ("Qwerty1234567!", Fault.GUESSED_FIRST),
        ("qorganqorgan1", Fault.GUESSED_FIRST),
        ("Үлгібанк2026", Fault.GUESSED_FIRST),
        ("Айдын Үлгі 2026", Fault.GUESSED_FIRST),
        (GOOD, None),
        ("correct lamp " * 5, None),
        ("ж" * 3 + "vнщ9 " * 60, Fault.TOO_LONG),
    ],
)
def test_length_and_unexpectedness_count_and_nothing_else(password: str, expected: Fault | None) -> None:
    assert fault(password, RULES, ["Үлгі Айдын"]) is expected


def enrol(client: UUID, password: str, now: datetime) -> None:
    from qorgan.gate.factors.password import verifying

    verifying.enrol_finish(client, {}, {"password": password}, ceremony=uuid4(), now=now)


def refused(client: UUID | None, password: Any, now: datetime) -> Reason:
    from qorgan.gate.factors.password import verifying

    with pytest.raises(FactorRefused) as caught:
        verifying.verify(client, {}, {"password": password}, ceremony=uuid4(), now=now)
    return caught.value.reason


@pytest.mark.clause("R57.4")
def test_a_password_proves_its_owner_and_nobody_else(new_client: Callable[..., Any], now: datetime) -> None:
    from qorgan.gate.factors.password import verifying

    one, other = new_client().pk, new_client().pk
    enrol(one, GOOD, now)
    enrol(other, "басқа сөздер қатар келді", now)
    proof = verifying.verify(one, {}, {"password": GOOD}, ceremony=uuid4(), now=now)
    assert (proof.method, proof.at, proof.carrier) == (verifying.METHOD, now, "")
    assert [proof.credential] == [each.id for each in verifying.enrolled(one)]
    assert refused(other, GOOD, now) is Reason.WRONG
    assert refused(one, GOOD + ".", now) is Reason.WRONG
    assert refused(None, GOOD, now) is Reason.NOT_ENROLLED
    assert refused(one, "", now) is Reason.MALFORMED
    assert refused(one, {"password": GOOD}, now) is Reason.MALFORMED


def test_a_password_is_hashed_anew_when_it_is_kept_at_another_cost(client_id: UUID, gate: Any, now: datetime) -> None:
    from qorgan.gate.factors.password import verifying

    enrol(client_id, GOOD, now)
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    gate.tamper("UPDATE password SET encoded = %s", old)
    verifying.verify(client_id, {}, {"password": GOOD}, ceremony=uuid4(), now=now)
    ((encoded,),) = gate.rows("SELECT encoded FROM password")
    assert encoded.startswith(SHAPE)
    verifying.verify(client_id, {}, {"password": GOOD}, ceremony=uuid4(), now=now)


def test_a_password_that_guessers_know_is_not_set_and_the_old_one_stays(client_id: UUID, now: datetime) -> None:
    from qorgan.gate.factors.password import verifying

    enrol(client_id, GOOD, now)
    with pytest.raises(FactorRefused) as caught:
        enrol(client_id, "Үлгі Айдын 2026", now)
    assert (caught.value.reason, caught.value.detail) == (Reason.UNACCEPTABLE, "guessed-first")
    verifying.verify(client_id, {}, {"password": GOOD}, ceremony=uuid4(), now=now)


def test_a_new_password_takes_the_place_of_the_old_and_a_removed_one_is_gone(client_id: UUID, now: datetime) -> None:
    from qorgan.gate.factors.password import verifying

    enrol(client_id, GOOD, now)
    enrol(client_id, "жаңа сөздер тізбегі келді", now + timedelta(days=1))
    assert refused(client_id, GOOD, now) is Reason.WRONG
    (one,) = verifying.enrolled(client_id)
    for wrong in (str(uuid4()), "nonsense"):
        with pytest.raises(FactorRefused):
            verifying.remove(client_id, wrong, now=now)
    with pytest.raises(FactorRefused):
        verifying.remove(uuid4(), one.id, now=now)
    verifying.remove(client_id, one.id, now=now)
    assert refused(client_id, GOOD, now) is Reason.NOT_ENROLLED


def test_a_password_that_is_changed_while_it_is_compared_lets_nobody_in(
    client_id: UUID, gate: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(client_id, GOOD, now)
    compare = hashing.holds

    def compare_slowly(password: str, encoded: str, cost: PasswordCost) -> bool:
        right = compare(password, encoded, cost)
        gate.apart(lambda: enrol(client_id, "жаңа сөздер тізбегі келді", now + timedelta(seconds=1)))
        return right

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(hashing, "holds", compare_slowly)
        assert refused(client_id, GOOD, now) is Reason.WRONG


def test_one_persons_two_sign_ins_at_once_pass_although_the_first_hashes_anew(
    client_id: UUID, gate: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qorgan.gate.factors.password import verifying

    enrol(client_id, GOOD, now)
    gate.tamper("UPDATE password SET encoded = %s", argon2.PasswordHasher(1, 8192, 1).hash(GOOD))
    others: list[str] = []
    compare = hashing.holds

    def prove() -> None:
        verifying.verify(client_id, {}, {"password": GOOD}, ceremony=uuid4(), now=now)

    def compare_slowly(password: str, encoded: str, cost: PasswordCost) -> bool:
        right = compare(password, encoded, cost)
        if not others:
            others.append("signs in meanwhile")
            gate.apart(prove)
        return right

    monkeypatch.setattr(hashing, "holds", compare_slowly)
    prove()
    assert others


@pytest.mark.clause("R48.161.1")
def test_an_unknown_person_costs_as_much_as_a_wrong_password(client_id: UUID, now: datetime) -> None:
    enrol(client_id, GOOD, now)
    refused(None, GOOD, now)

    def took(who: UUID | None) -> float:
        began = time.process_time()
        refused(who, "wrong words altogether", now)
        return time.process_time() - began

    pairs = [(took(None), took(client_id)) for _ in range(25)]
    ratio = statistics.median(one for one, _ in pairs) / statistics.median(other for _, other in pairs)
    assert 0.8 < ratio < 1.25
