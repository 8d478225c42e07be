"""Guessing is stopped, at once and in parallel, and cannot be turned against an owner on a known device."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

TOO_MANY = "Too many attempts."
WRONG = "The e-mail address or the password is not right."


def guess(client: Client, email: str, password: str = "not-the-password-at-all") -> str:
    answer = client.post("/sign-in/", {"login": email, "password": password}, REMOTE_ADDR="203.0.113.9")
    return str(answer.headers.get("location") or answer.content.decode())


def test_an_account_takes_ten_wrong_passwords_and_then_not_even_the_right_one(enlist: Any, visitor: Any) -> None:
    person = enlist("centre-analyst")
    for _attempt in range(10):
        assert WRONG in guess(visitor(), person.email)
    assert TOO_MANY in guess(visitor(), person.email)
    assert TOO_MANY in guess(visitor(), person.email, person.password)


def test_an_unknown_address_is_locked_the_same_way(visitor: Any, django_hub: Any) -> None:
    for _attempt in range(10):
        assert WRONG in guess(visitor(), "nobody@centre.example")
    assert TOO_MANY in guess(visitor(), "nobody@centre.example")


@pytest.mark.clause("R67.6")
def test_the_owner_signs_in_from_a_known_device_while_strangers_are_locked_out(
    enlist: Any, signed_in: Callable[..., Client], visitor: Any
) -> None:
    person = enlist("centre-analyst")
    own = signed_in(person)
    own.post("/sign-out/")
    for _attempt in range(15):
        guess(visitor(), person.email)
    assert TOO_MANY in guess(visitor(), person.email, person.password)
    assert guess(own, person.email, person.password) == "/sign-in/code/"


def test_a_known_device_has_a_limit_of_its_own(enlist: Any, signed_in: Any) -> None:
    person = enlist("centre-analyst")
    own = signed_in(person)
    own.post("/sign-out/")
    for _attempt in range(10):
        assert WRONG in guess(own, person.email)
    assert TOO_MANY in guess(own, person.email, person.password)


def test_a_forged_device_counts_as_unknown(enlist: Any, signed_in: Any, visitor: Any) -> None:
    person, other = enlist("centre-analyst"), enlist("centre-head")
    known = signed_in(other).cookies["qorgan-device"].value
    for _attempt in range(10):
        guess(visitor(), person.email)
    for cookie in (known, known[:-1] + ("A" if known[-1] != "A" else "B"), "nonsense"):
        stranger = visitor()
        stranger.cookies["qorgan-device"] = cookie
        assert TOO_MANY in guess(stranger, person.email, person.password)


def test_a_network_that_tries_many_accounts_is_stopped(visitor: Any, django_hub: Any) -> None:
    for number in range(60):
        assert WRONG in guess(visitor(), f"nobody{number}@centre.example")
    assert TOO_MANY in guess(visitor(), "nobody-else@centre.example")


def test_right_passwords_cost_nothing(enlist: Any, visitor: Any) -> None:
    person = enlist("centre-analyst")
    for _attempt in range(12):
        assert guess(visitor(), person.email, person.password) == "/sign-in/code/"


def test_codes_are_limited_too(enlist: Any, visitor: Any) -> None:
    person = enlist("centre-analyst")
    client = visitor()
    guess(client, person.email, person.password)
    for _attempt in range(5):
        assert "The code is not right." in client.post("/sign-in/code/", {"code": "000000"}).content.decode()
    assert TOO_MANY in client.post("/sign-in/code/", {"code": person.code}).content.decode()


def test_many_attempts_at_once_do_not_pass_together(django_hub: Any) -> None:
    from django.db import connections  # noqa: PLC0415

    from qorgan.hub.portal.lockout import Counter, charge  # noqa: PLC0415

    allowed: list[bool] = []

    def attempt() -> None:
        allowed.extend([charge([Counter("password:account:race", 10)]) for _attempt in range(5)])
        connections.close_all()

    threads = [threading.Thread(target=attempt) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [False] * 30 + [True] * 10


def test_a_window_ends_by_itself(enlist: Any, visitor: Any, django_hub: Any) -> None:
    person = enlist("centre-analyst")
    for _attempt in range(12):
        guess(visitor(), person.email)
    django_hub.tamper("UPDATE portal_attempts SET window_began = window_began - %s", timedelta(minutes=16))
    assert guess(visitor(), person.email, person.password) == "/sign-in/code/"


def test_counters_do_not_keep_addresses_in_the_open(visitor: Any, django_hub: Any) -> None:
    guess(visitor(), "nobody@centre.example")
    rows = str(django_hub.rows("SELECT key FROM portal_attempts"))
    assert "nobody" not in rows
    assert "203.0.113" not in rows


@pytest.mark.parametrize(
    ("address", "network"), [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
)
def test_an_ipv6_household_is_one_network(address: str, network: str, django_hub: Any) -> None:
    from qorgan.hub.portal.lockout import network_of  # noqa: PLC0415

    assert network_of(address) == network
