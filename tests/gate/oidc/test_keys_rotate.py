"""Signing keys: published before they sign and after, rotated, withdrawn, sealed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.gate.oidc import jose, keyring
from qorgan.gate.oidc.id_token import LIFE

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Key(msgspec.Struct, frozen=True):
    signs_from: datetime
    withdrawn_at: datetime | None = None


moments = st.integers(-500_000, 500_000).map(lambda seconds: NOW + timedelta(seconds=seconds))
some_keys = st.lists(st.builds(Key, moments, st.none() | moments), max_size=6)


@given(some_keys, st.integers(0, int(LIFE.total_seconds())))
def test_what_a_key_signed_can_be_verified_for_as_long_as_it_counts(keys, later):
    key = keyring.signing(keys, NOW)
    if key is None:
        return
    assert key.withdrawn_at is None
    assert key.signs_from <= NOW
    assert key in keyring.published(keys, NOW)
    assert key in keyring.published(keys, NOW + timedelta(seconds=later))


def test_a_key_is_published_before_it_signs_and_forgotten_when_nothing_of_its_counts():
    old, new = Key(NOW - timedelta(days=90)), Key(NOW + timedelta(hours=1))
    assert keyring.signing([old, new], NOW) == old
    assert keyring.published([old, new], NOW) == [old, new]
    assert keyring.signing([old, new], new.signs_from) == new
    assert keyring.published([old, new], new.signs_from + keyring.AFTER) == [new]
    assert keyring.signing([], NOW) is None


def test_a_key_is_due_in_time_to_be_published_ahead():
    every = timedelta(days=90)
    key = Key(NOW)
    assert keyring.is_due([], NOW, every)
    assert not keyring.is_due([key], NOW + every - 2 * keyring.AHEAD, every)
    assert keyring.is_due([key], NOW + every - keyring.AHEAD, every)


@pytest.mark.clause("R57.3.2")
def test_a_private_key_lies_sealed_and_is_never_published(gate):
    from qorgan.gate.journal.entry import HERE
    from qorgan.gate.oidc import keys

    key = keys.signing_key(NOW, HERE)
    ((public, sealed),) = gate.rows("SELECT public::text, private_sealed FROM signing_key")
    secret = jose.private_of(key)["d"]
    assert secret not in public + sealed
    assert [set(one) for one in keys.jwks(NOW)["keys"]] == [{"kty", "crv", "x", "y", "kid", "use", "alg"}]


def test_a_rotation_is_prepared_an_hour_ahead_and_written_down(gate):
    from qorgan.gate.journal.entry import HERE
    from qorgan.gate.oidc import keys

    first = keys.signing_key(NOW, HERE).kid
    second = keys.rotate(now=NOW, whence=HERE)
    assert keys.signing_key(NOW, HERE).kid == first
    assert [one["kid"] for one in keys.jwks(NOW)["keys"]] == [first, second]
    later = NOW + keyring.AHEAD
    assert keys.signing_key(later, HERE).kid == second
    assert [one["kid"] for one in keys.jwks(later + keyring.AFTER)["keys"]] == [second]
    assert keys.rotate_if_due(timedelta(days=90), now=later, whence=HERE) is None
    rows = gate.rows("SELECT after->>'kid' FROM gate_journal WHERE event = 'key.rotated' ORDER BY id")
    assert rows == [(first,), (second,)]


def test_the_clerk_makes_the_next_key_when_its_time_has_come(gate, as_clerk):
    from qorgan.gate.oidc import chores

    with as_clerk():
        assert chores.rotate() == 1
        assert chores.rotate() == 0
    gate.tamper("UPDATE signing_key SET signs_from = signs_from - interval '90 days'")
    with as_clerk():
        assert chores.rotate() == 1
    assert gate.rows("SELECT count(*) FROM gate_journal WHERE event = 'key.rotated'") == [(2,)]


def test_a_stolen_key_is_given_up_at_once(gate):
    from qorgan.gate.journal.entry import HERE
    from qorgan.gate.oidc import keys

    stolen = keys.signing_key(NOW, HERE)
    fresh = keys.rotate(now=NOW, whence=HERE, withdraw=True)
    assert keys.signing_key(NOW, HERE).kid == fresh
    assert [one["kid"] for one in keys.jwks(NOW)["keys"]] == [fresh]
    with pytest.raises(jose.NotOurs):
        jose.verified(jose.signed({"sub": "x"}, stolen), keys.every_jwks())


def test_many_who_need_the_first_key_at_once_make_one(gate):
    from qorgan.gate.journal.entry import HERE
    from qorgan.gate.oidc import keys

    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(lambda _: gate.apart(lambda: keys.signing_key(NOW, HERE).kid), range(6)))
    assert len(made) == 1
    assert gate.rows("SELECT count(*) FROM signing_key") == [(1,)]
