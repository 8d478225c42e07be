"""Accounts: one for a person in a population, found by what identifies, sealed; each change is in the journal."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Population

NOW = datetime.now(UTC).replace(microsecond=0)
IIN, OTHER_IIN = "900101300017", "940101300123"
PHONE = "+77010000001"


@pytest.fixture
def act(gate):
    from qorgan.gate.clients.act import Act
    from qorgan.gate.journal.entry import Whence

    def made(**more):
        return Act(now=NOW, whence=Whence("203.0.113.5", 40_000, "test", "t"), **more)

    return made


@pytest.fixture
def client(gate, act):
    from qorgan.gate.clients import actions

    def made(population=Population.BANK_CLIENT, iin=OTHER_IIN, phone=PHONE):
        found = actions.register(population, iin=iin, name="Test Testuly", phone=phone, act=act())
        return actions.activate(found.pk, act=act())

    return made


def test_a_client_is_found_by_iin_and_by_phone_however_they_are_typed(client):
    from qorgan.gate.clients import access

    made = client()
    for identifier in (OTHER_IIN, " 940101 300123", PHONE, "8 701 000 00 01", "7(701)000-00-01"):
        assert access.find(Population.BANK_CLIENT, identifier) == made
    for identifier in ("", "0", "940101300124", "+77010000002", "nobody", "\ufffd" * 500):
        assert access.find(Population.BANK_CLIENT, identifier) is None
    assert access.find(Population.PARTICIPANT, OTHER_IIN) is None


def test_nothing_that_identifies_lies_in_the_open(gate, client):
    from qorgan.gate.clients import access

    made = client()
    stored = str(gate.rows("SELECT * FROM client")) + str(gate.rows("SELECT * FROM gate_journal"))
    for secret in (OTHER_IIN, PHONE, PHONE[2:], "Testuly"):
        assert secret not in stored
    assert access.iin_of(made.pk) == OTHER_IIN
    assert access.phone_of(made) == PHONE
    assert "Test Testuly" in access.telling(made.pk)


@pytest.mark.clause("R57.6")
def test_a_person_has_one_account_in_a_population(gate, client, act):
    from qorgan.gate.clients import actions

    client()
    again = actions.register(Population.BANK_CLIENT, iin=OTHER_IIN, name="Test", phone=PHONE, act=act())
    with pytest.raises(Refusal) as refused:
        actions.activate(again.pk, act=act())
    assert refused.value.code == "already-registered"
    assert client(Population.PARTICIPANT)


def test_whoever_only_says_to_be_somebody_is_found_by_nobody(gate, client, act):
    from qorgan.gate.clients import access, actions

    actions.register(Population.BANK_CLIENT, iin=OTHER_IIN, name="Test", phone=PHONE, act=act())
    assert access.find(Population.BANK_CLIENT, OTHER_IIN) is None
    assert client()


@pytest.mark.clause("R57.6")
def test_employees_accounts_are_opened_by_somebody_for_a_reason_and_are_one_persons(gate, act):
    from qorgan.gate.clients import access, actions

    by = act(by=uuid4(), reason="hired")
    made = actions.open_employee(login="A.Test", iin=OTHER_IIN, name="Test", act=by)
    assert access.find(Population.EMPLOYEE, " a.test ") == made
    with pytest.raises(Refusal, match="account"):
        actions.open_employee(login="another", iin=OTHER_IIN, name="Test", act=by)
    with pytest.raises(Refusal, match="account"):
        actions.open_employee(login="a.test", iin="990106300596", name="Other", act=by)
    with pytest.raises(Refusal):
        actions.open_employee(login="third", iin="990106300596", name="Other", act=act())
    with pytest.raises(Refusal):
        actions.register(Population.EMPLOYEE, iin=OTHER_IIN, name="Test", phone=PHONE, act=act())


@pytest.mark.clause("R57.7")
@pytest.mark.clause("D26.journal")
def test_blocking_has_a_reason_and_the_journal_has_before_and_after(gate, client, act):
    from qorgan.gate.clients import actions

    made, by = client(), uuid4()
    with pytest.raises(Refusal):
        actions.block(made.pk, act=act(by=by))
    actions.block(made.pk, act=act(by=by, reason="asked by phone"))
    with pytest.raises(Refusal):
        actions.block(made.pk, act=act(by=by, reason="again"))
    actions.unblock(made.pk, act=act(by=by, reason="came in person"))
    told = gate.rows(
        "SELECT event, actor, reason, before->>'state', after->>'state' FROM gate_journal"
        " WHERE event LIKE 'account.%' ORDER BY id"
    )
    assert told == [
        ("account.blocked", by, "asked by phone", "active", "blocked"),
        ("account.unblocked", by, "came in person", "blocked", "active"),
    ]


def test_a_closed_account_is_closed_and_its_person_may_register_anew(gate, client, act):
    from qorgan.gate.clients import access, actions

    made = client()
    actions.close(made.pk, act=act())
    assert access.find(Population.BANK_CLIENT, OTHER_IIN) is None
    for verb in (actions.block, actions.unblock, actions.activate, actions.close):
        with pytest.raises(Refusal):
            verb(made.pk, act=act(reason="why not"))
    assert client().pk != made.pk


def test_an_iin_with_a_wrong_check_digit_is_taken_only_where_test_numbers_are(gate, act, settings_config):
    from qorgan.gate.clients import numbers

    with pytest.raises(Refusal, match="IIN"):
        numbers.read_iin("123456789011")
    settings_config(test_numbers=True)
    assert numbers.read_iin("123456789011") == ("123456789011", True)
    assert numbers.read_iin(OTHER_IIN) == (OTHER_IIN, False)
    for malformed in ("", "12345678901", "1234567890123", "12345678901x", "١٢٣٤٥٦٧٨٩٠١١"):
        with pytest.raises(Refusal):
            numbers.read_iin(malformed)


@pytest.mark.clause("R48.160.9")
def test_a_change_of_phone_gives_the_old_number_so_that_it_can_be_told(gate, client, act):
    from qorgan.gate.clients import access, actions

    made = client()
    changed, old, entry = actions.change_phone(made.pk, "8 702 000 00 02", act=act())
    assert (access.phone_of(changed), old) == ("+77020000002", PHONE)
    ((event, before, after),) = gate.rows("SELECT event, before, after FROM gate_journal WHERE id = %s", entry)
    assert event == "phone.changed"
    assert PHONE not in str(before) + str(after)
    with pytest.raises(Refusal):
        actions.change_phone(made.pk, "+77020000002", act=act())
