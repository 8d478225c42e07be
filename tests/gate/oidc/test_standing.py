"""Whether a session answers a request: pure, for every pair of demands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.gate.oidc.asking import Asked, Prompt
from qorgan.gate.oidc.registered import Authentication, Kind, Registered
from qorgan.gate.oidc.standing import suffices
from qorgan.gate.rules.proof import BiometricSource, Proof
from qorgan.law.factors import Method, Population

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACR = "urn:qorgan:acr:D26.two-factor"


def _proof(method: Method, source: BiometricSource | None = None) -> Proof:
    return Proof(method=method, credential=method.value, at=NOW - timedelta(days=1), source=source)


class Session(msgspec.Struct, frozen=True):
    authenticated_at: datetime
    population: Population = Population.BANK_CLIENT
    acr: str = ACR
    amr: tuple[str, ...] = ("pwd", "otp")
    id: UUID = UUID(int=1)
    client_id: UUID = UUID(int=2)
    proofs: tuple[Proof, ...] = (_proof(Method.PASSWORD), _proof(Method.ONE_TIME_CODE))


APPLICATION = Registered(
    id=UUID(int=1),
    client_id="bank",
    name="Bank",
    kind=Kind.WEB,
    population=Population.BANK_CLIENT,
    authentication=Authentication.NONE,
)


def _asked(**changes):
    return Asked(client_id="bank", redirect_uri="https://a.example", scopes=frozenset(), code_challenge="", **changes)


def _suffices(session, asked, asked_at=NOW):
    return suffices(session, asked, APPLICATION, asked_at=asked_at, now=NOW)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_session_is_as_old_as_it_may_be_and_no_older(age, most):
    session = Session(NOW - timedelta(seconds=age))
    assert _suffices(session, _asked(max_age=most)) is (age <= most or age == 0)


@given(st.integers(-100, 100))
def test_a_demanded_sign_in_came_after_it_was_demanded(seconds):
    session = Session(NOW + timedelta(seconds=seconds))
    assert _suffices(session, _asked(prompt=Prompt.LOGIN)) is (seconds >= 0)


def test_whoever_signed_in_for_this_request_is_young_enough_however_long_ago_it_was_made():
    session = Session(NOW - timedelta(minutes=5))
    assert _suffices(session, _asked(max_age=0), asked_at=NOW - timedelta(minutes=6))
    assert not _suffices(session, _asked(max_age=0), asked_at=NOW - timedelta(minutes=4))


def test_nobody_another_population_and_another_rule_do_not_suffice():
    good = Session(NOW)
    assert _suffices(good, _asked(acr_values=("other", ACR)))
    assert not _suffices(good, _asked(acr_values=("other",)))
    assert not _suffices(None, _asked())
    assert not _suffices(Session(NOW, Population.EMPLOYEE), _asked())


@pytest.mark.clause("R48.156-1")
@pytest.mark.parametrize(
    ("methods", "taken"),
    [
        ((Method.PASSWORD, Method.ONE_TIME_CODE), False),
        ((Method.PASSWORD, Method.PASSKEY), False),
        ((Method.PASSWORD, Method.DEVICE_KEY), True),
        ((Method.PASSWORD, Method.BIOMETRICS), True),
    ],
)
def test_an_app_takes_over_a_session_only_if_its_device_is_known_or_a_face_was_shown(methods, taken):
    app = msgspec.structs.replace(APPLICATION, kind=Kind.NATIVE)
    session = Session(NOW - timedelta(days=1), proofs=tuple(_proof(method) for method in methods))
    assert suffices(session, _asked(), app, asked_at=NOW, now=NOW) is taken
    assert _suffices(session, _asked())
