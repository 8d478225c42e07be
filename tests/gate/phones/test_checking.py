"""Whose a number is: the registry's word and a code that comes back, over real HTTP and in a real database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import override_settings
from msgspec.structs import replace

from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.phones.refusal import PhoneRefused, Reason
from qorgan.gate.providers.sandbox import services as places
from qorgan.gate.providers.sandbox.modes import Mode
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.kit.refusal import Refusal, Unavailable
from tests.gate.conftest import Gate
from tests.gate.fixtures_registries import Registries

if TYPE_CHECKING:
    from qorgan.gate.clients.models import Client

PHONE = invented_phone(1)


class Holder:
    """A client in a ceremony."""

    def __init__(self, client: UUID, ceremony: UUID, now: datetime) -> None:
        self.client = client
        self.ceremony = ceremony
        self.now = now

    def ask(self, phone: str = PHONE) -> str:
        """As a ceremony does: in two transactions, and whoever is asked between them and after."""
        from qorgan.gate.phones import checking

        with transaction.atomic():
            asked = checking.question(self.client, phone, now=self.now)
        said = checking.answer(asked, now=self.now)
        with transaction.atomic():
            code = checking.keep(asked, said, ceremony=self.ceremony, now=self.now)
        try:
            return checking.send(code, now=self.now).phone
        except Unavailable:
            checking.unsent(code, now=self.now)
            raise

    def confirm(self, code: str, *, now: datetime | None = None, ceremony: UUID | None = None) -> str | Reason:
        """The number, or why not; what was written holds."""
        from qorgan.gate.phones import checking

        with transaction.atomic():
            try:
                return checking.confirm(self.client, code, ceremony=ceremony or self.ceremony, now=now or self.now)
            except PhoneRefused as refused:
                return refused.reason


@pytest.fixture
def holder(registries: Registries, client_id: UUID, ceremony: UUID, now: datetime) -> Holder:
    return Holder(client_id, ceremony, now)


@pytest.mark.clause("D26.identity")
@pytest.mark.clause("D26.remote-registration")
def test_a_number_is_confirmed_by_the_registry_and_by_its_code(
    gate: Gate, holder: Holder, registries: Registries
) -> None:
    from qorgan.gate.phones import checking

    assert holder.ask("8 (700) 000-00-01") == "+7700…01"
    assert not checking.confirmed(holder.client, PHONE, ceremony=holder.ceremony)
    assert holder.confirm(registries.code(PHONE)) == PHONE
    assert checking.confirmed(holder.client, PHONE, ceremony=holder.ceremony)
    assert not checking.confirmed(holder.client, PHONE, ceremony=uuid4())
    assert not checking.confirmed(holder.client, invented_phone(2), ceremony=holder.ceremony)
    rows = gate.rows("SELECT outcome, reason, detail::text FROM gate_journal WHERE event = 'phone.checked' ORDER BY id")
    assert [row[:2] for row in rows] == [("done", "same-person"), ("done", "code-right")]
    assert not [row for row in rows if PHONE in row[2] or invented_iin(1) in row[2]]


@pytest.mark.clause("D26.identity")
@pytest.mark.parametrize("number", [2, 77], ids=["another person's", "nobody's"])
def test_a_number_that_is_not_theirs_gets_no_code_and_the_same_answer(
    gate: Gate, holder: Holder, registries: Registries, number: int
) -> None:
    phone = invented_phone(number)
    assert holder.ask(phone) == f"+7700…{phone[-2:]}"
    assert registries.code(phone) == ""
    assert holder.confirm("123456") is Reason.WRONG
    assert gate.rows("SELECT owner <> 'same-person', confirmed_at FROM phone_check") == [(True, None)]


def test_the_database_confirms_no_number_of_another(gate: Gate, holder: Holder) -> None:
    holder.ask(invented_phone(2))
    from django.db import IntegrityError

    from qorgan.gate.phones.models import PhoneCheck

    with pytest.raises(IntegrityError), transaction.atomic():
        PhoneCheck.objects.update(confirmed_at=holder.now)


@pytest.mark.clause("D26.identity")
@pytest.mark.parametrize("service", [places.NUMBERS, places.MESSAGES])
@pytest.mark.parametrize("number", [1, 2], ids=["theirs", "another's"])
def test_an_outage_confirms_nothing_and_tells_not_whose_the_number_is(
    gate: Gate, holder: Holder, registries: Registries, service: str, number: int
) -> None:
    registries.services.behaviours[service].mode = Mode.OUTAGE
    with pytest.raises(Unavailable):
        holder.ask(invented_phone(number))
    assert gate.rows("SELECT 1 FROM phone_check WHERE unsent_at IS NULL") == []
    assert holder.confirm("123456") is Reason.NOT_ASKED


def test_a_code_is_good_once_for_five_minutes_in_its_ceremony(holder: Holder, registries: Registries) -> None:
    holder.ask()
    code = registries.code(PHONE)
    assert holder.confirm(code, ceremony=uuid4()) is Reason.NOT_ASKED
    assert holder.confirm(code, now=holder.now + timedelta(minutes=5)) is Reason.EXPIRED
    assert holder.confirm(code) == PHONE
    assert holder.confirm(code) is Reason.NOT_ASKED


def test_five_wrong_codes_end_it_even_for_the_right_one(holder: Holder, registries: Registries) -> None:
    holder.ask()
    code = registries.code(PHONE)
    wrong = "000000" if code != "000000" else "111111"
    assert [holder.confirm(wrong) for _ in range(5)] == [Reason.WRONG] * 5
    assert holder.confirm(code) is Reason.TOO_MANY


def test_only_the_last_code_counts(holder: Holder, registries: Registries) -> None:
    holder.ask()
    first = registries.code(PHONE)
    holder.now += timedelta(seconds=1)
    holder.ask()
    second = registries.code(PHONE)
    if first != second:
        assert holder.confirm(first) is Reason.WRONG
    assert holder.confirm(second) == PHONE


def test_no_more_than_five_codes_an_hour(holder: Holder) -> None:
    for _ in range(5):
        holder.ask()
    with pytest.raises(PhoneRefused) as refused:
        holder.ask()
    assert refused.value.reason is Reason.TOO_MANY


@pytest.mark.parametrize("number", [1, 2], ids=["theirs", "another's"])
def test_nobodys_phone_is_flooded_by_one_registration_after_the_other(
    registries: Registries, new_client: Callable[..., Client], now: datetime, number: int
) -> None:
    for _ in range(5):
        applicant = new_client(iin=invented_iin(1), state="registering")
        Holder(applicant.pk, uuid4(), now).ask(invented_phone(number))
    applicant = new_client(iin=invented_iin(1), state="registering")
    with pytest.raises(PhoneRefused):
        Holder(applicant.pk, uuid4(), now).ask(invented_phone(number))
    assert Holder(applicant.pk, uuid4(), now).ask(invented_phone(3)), "another number is another matter"


def test_forty_guesses_at_once_are_five(holder: Holder, gate: Gate) -> None:
    from django.db import connections

    holder.ask()

    def guess(_number: int) -> str | Reason:
        try:
            return holder.confirm("not a code")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(guess, range(40)))
    assert outcomes.count(Reason.WRONG) == 5
    assert outcomes.count(Reason.TOO_MANY) == 35


def test_what_is_no_number_is_refused_and_without_a_registry_nobody_is_asked(
    holder: Holder, registries: Registries
) -> None:
    with pytest.raises(Refusal):
        holder.ask("12345")
    with override_settings(CONFIG=replace(registries.config, providers=type(registries.config.providers)())):
        with pytest.raises(PhoneRefused) as refused:
            holder.ask()
        assert refused.value.reason is Reason.NOBODY_ASKED


def test_neither_number_nor_code_lies_in_the_open(gate: Gate, holder: Holder, registries: Registries) -> None:
    holder.ask()
    ((row,),) = gate.rows("SELECT c::text FROM phone_check c")
    assert PHONE not in row
    assert registries.code(PHONE) not in row.replace("-", " ").split()


def test_the_message_is_in_the_clients_language(
    registries: Registries, new_client: Callable[..., Client], now: datetime
) -> None:
    texts = set()
    for number, language in enumerate(("kk", "ru", "en"), 1):
        client = new_client(iin=invented_iin(number), language=language)
        Holder(client.pk, uuid4(), now).ask(invented_phone(number))
        message = [one for one, _ in registries.services.messages.received.values()][-1]
        assert message.language == language
        texts.add(message.text.replace(registries.code(invented_phone(number)), ""))
    assert len(texts) == 3
