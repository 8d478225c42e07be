"""Clients are told, and whether it reached them is known: through a gateway that answers by HTTP."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from qorgan.gate.providers.messages import Carried, Delivery, Message
from qorgan.kit.refusal import Refusal, Unavailable
from qorgan.law.factors import Method, Population
from tests.gate.ceremonies.people import NOW, Somebody, act, somebody, whence

WRONG = {Method.PASSWORD: {"password": "wrong"}}


class Gateway:
    """A gateway that does what a test says: nothing comes of it but what the port promises."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.answer: Delivery | None = Delivery.TAKEN
        self.later: Delivery | None = Delivery.DELIVERED

    def send(self, message: Message, *, now: Any) -> Carried:
        self.sent.append(message)
        return self._said(message.id, self.answer, now)

    def state(self, message: UUID) -> Carried:
        return self._said(message, self.later, NOW)

    def answers(self) -> None:
        """Nobody asks."""

    def _said(self, message: UUID, state: Delivery | None, at: Any) -> Carried:
        if state is None:
            raise Unavailable("messages")
        return Carried(id=message, state=state, at=at, reason="no such number" if state is Delivery.FAILED else "")


@pytest.fixture
def clerk(gate) -> Callable[[Gateway, Any], int]:
    """Delivers as the clerk's role does."""
    from django.db import connection

    from qorgan.gate.database.connection import Role
    from qorgan.gate.notices import delivering
    from qorgan.kit.database.connection import django_database

    def deliver(gateway: Gateway, at: Any) -> int:
        connection.close()
        connection.settings_dict.update(django_database(gate.url(Role.CLERK)))
        try:
            return delivering.deliver(gateway, institution="Test Bank", now=at)
        finally:
            connection.close()
            connection.settings_dict.update(django_database(gate.url(Role.WEB)))

    return deliver


def fails(who: Somebody, at: Any) -> None:
    from qorgan.gate.ceremonies import actions

    with pytest.raises(Refusal):
        actions.sign_in_at_once(who.population, who.identifier, WRONG, whence=whence(), now=at)


def signs_in(who: Somebody, at: Any = NOW):
    from qorgan.gate.ceremonies import actions

    return actions.sign_in_at_once(who.population, who.identifier, who.answers(at), whence=whence(), now=at)


@pytest.mark.clause("R48.160.9")
@pytest.mark.parametrize(
    ("language", "words"), [("kk", "кіру орындалды"), ("ru", "вход"), ("en", "your account was signed in to")]
)
def test_a_sign_in_is_told_in_the_clients_language_and_its_delivery_is_journalled(gate, clerk, language, words):
    from qorgan.gate.clients.models import Client

    who, gateway = somebody(), Gateway()
    Client.objects.filter(pk=who.id).update(language=language)
    entry = signs_in(who).made.session.entry
    assert clerk(gateway, NOW) == 1
    (message,) = gateway.sent
    assert (message.to, message.language) == ("+77000000001", language)
    assert words in message.text
    assert message.text.startswith("Test Bank")
    assert who.identifier not in message.text
    assert clerk(gateway, NOW + timedelta(minutes=2)) == 1
    assert gate.rows("SELECT state, told_at IS NOT NULL, entry FROM notice") == [("delivered", True, entry)]
    told = gate.rows("SELECT client, outcome, detail->'of' FROM gate_journal WHERE event = 'notice.delivered'")
    assert told == [(who.id, "done", [entry])]


@pytest.mark.clause("R48.161.5")
def test_failed_attempts_are_told_of_together_and_each_is_joined_to_its_notice(gate, clerk):
    from qorgan.gate.notices import queries

    who, gateway = somebody(), Gateway()
    for second in range(8):
        fails(who, NOW + timedelta(seconds=second))
    assert clerk(gateway, NOW + timedelta(seconds=30)) == 0
    clerk(gateway, NOW + timedelta(minutes=2))
    (message,) = gateway.sent
    assert "8" in message.text
    for minute in range(3, 14):
        fails(who, NOW + timedelta(minutes=minute))
        clerk(gateway, NOW + timedelta(minutes=minute))
    assert len(gateway.sent) == 1
    clerk(gateway, NOW + timedelta(minutes=20))
    assert len(gateway.sent) == 2
    entries = [
        entry
        for (entry,) in gate.rows(
            "SELECT id FROM gate_journal WHERE client IS NOT NULL AND"
            " outcome = 'failed' AND event IN ('factor.proven', 'locked-out')"
        )
    ]
    assert len(entries) == 19
    joined = queries.of_entries(entries)
    assert set(joined) == set(entries)
    assert {one.pk for one in joined.values()} == {one.id for one in gateway.sent}
    assert gate.rows("SELECT sum(count) FROM notice") == [(19,)]


@pytest.mark.clause("R48.161.5")
def test_attempts_at_once_are_joined_to_one_notice(gate):
    who = somebody()

    def attempt(_number: int) -> None:
        from django.db import connections

        try:
            fails(who, NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(attempt, range(18)))
    assert gate.rows("SELECT count(*), max(count) FROM notice") == [(1, 18)]
    assert gate.rows("SELECT count(*) FROM notice_attempt") == [(18,)]


def test_nothing_is_told_of_an_attempt_at_nobody(gate):
    from qorgan.gate.ceremonies import actions

    somebody()
    with pytest.raises(Refusal):
        actions.sign_in_at_once(Population.BANK_CLIENT, "990106300596", WRONG, whence=whence(), now=NOW)
    assert gate.rows("SELECT count(*) FROM notice") == [(0,)]
    assert gate.rows("SELECT count(*) FROM notice_attempt") == [(0,)]


@pytest.mark.clause("R48.160.9")
def test_a_gateway_that_is_silent_is_asked_again_until_it_is_too_late(gate, clerk):
    from qorgan.gate.notices.delivering import PAUSES

    who, gateway = somebody(), Gateway()
    signs_in(who)
    gateway.answer, at = None, NOW
    for pause in PAUSES:
        assert clerk(gateway, at) == 1
        assert clerk(gateway, at) == 0
        at += pause
    clerk(gateway, at)
    assert gate.rows("SELECT state, error FROM notice") == [("failed", "unavailable")]
    assert len({one.id for one in gateway.sent}) == 1
    assert gate.rows("SELECT outcome FROM gate_journal WHERE event = 'notice.failed'") == [("failed",)]


def test_a_gateway_that_comes_back_gets_what_waited(gate, clerk):
    who, gateway = somebody(), Gateway()
    signs_in(who)
    gateway.answer = None
    clerk(gateway, NOW)
    gateway.answer = Delivery.DELIVERED
    clerk(gateway, NOW + timedelta(minutes=1))
    assert gate.rows("SELECT state FROM notice") == [("delivered",)]


@pytest.mark.parametrize("later", [Delivery.TAKEN, None])
def test_what_was_taken_and_never_confirmed_is_not_called_delivered(gate, clerk, later):
    who, gateway = somebody(), Gateway()
    signs_in(who)
    gateway.later, at = later, NOW
    for _ in range(20):
        clerk(gateway, at)
        at += timedelta(hours=7)
    assert len(gateway.sent) == 1
    assert gate.rows("SELECT state FROM notice") == [("failed",)]


@pytest.mark.clause("R48.160.9")
def test_a_change_of_phone_is_told_at_both_numbers(gate, clerk):
    from django.db import transaction

    from qorgan.gate.clients import actions
    from qorgan.gate.notices.kinds import Kind
    from qorgan.gate.notices.telling import tell

    who, gateway = somebody(), Gateway()
    with transaction.atomic():
        client, old, entry = actions.change_phone(who.id, "+77020000002", act=act())
        tell(client, Kind.PHONE_CHANGED, entry=entry, now=NOW)
        tell(client, Kind.PHONE_CHANGED, entry=entry, now=NOW, old_phone=old)
    clerk(gateway, NOW)
    assert sorted(one.to for one in gateway.sent) == ["+77000000001", "+77020000002"]
    assert gate.rows("SELECT to_old FROM notice ORDER BY to_old") == [(False,), (True,)]
    stored = str(gate.rows("SELECT * FROM notice"))
    assert "+7700" not in stored
    assert "+7702" not in stored


def test_every_kind_of_notice_has_its_sentence_in_three_languages(gate):
    from datetime import UTC, datetime

    from qorgan.gate.notices import words
    from qorgan.gate.notices.kinds import Kind
    from qorgan.gate.notices.models import Notice

    for kind in Kind:
        said = {
            language: words.text(
                Notice(kind=kind, language=language, count=3, created_at=datetime(2026, 11, 22, 20, tzinfo=UTC)), "Bank"
            )
            for language in ("kk", "ru", "en")
        }
        assert len(set(said.values())) == 3, kind
        assert all("23.11.2026 01:00" in one for one in said.values())
        assert all(len(one) < 400 for one in said.values())
