"""Accounts and roles: blocking, handing over, roles that do not meet, absences (R67.3.1, R67.6, R48.15)."""

# ruff: noqa: PLC0415 - Django's tables can be named only once the fixture has set Django up

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from qorgan.law.asoi import OrganisationKind


def give(market: Any, person: Any, organisation: Any, role: str) -> Any:
    from qorgan.hub.members.access import HUB
    from qorgan.hub.members.people import give_role
    from qorgan.hub.members.roles import Role

    return give_role(person, organisation.pk, Role(role), by=HUB, now=market.now)


@pytest.mark.clause("R48.15")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("responsible-employee", "head-of-security"),
        ("head-of-security", "responsible-employee"),
        ("centre-analyst", "centre-head"),
        ("centre-head", "auditor"),
        ("auditor", "centre-analyst"),
    ],
)
def test_nobody_makes_and_agrees_or_audits_in_one_person(market: Any, refused: Any, first: str, second: str) -> None:
    kind = OrganisationKind.AUTHORITY if first not in {"responsible-employee", "head-of-security"} else None
    place = market.connect(1, kind or OrganisationKind.BANK)
    somebody = market.person(place, first)
    with refused("roles-apart") as said:
        give(market, somebody, place, second)
    assert said.value.clause == "R48.15"
    with psycopg.connect(market.hub.superuser) as connection, pytest.raises(psycopg.errors.IntegrityError):
        connection.execute(
            "INSERT INTO membership (person_id, organisation_id, role) VALUES (%s, %s, %s)",
            [somebody.pk, place.pk, second],
        )


@pytest.mark.clause("R48.15")
def test_an_auditor_is_nothing_else_anywhere(market: Any, refused: Any) -> None:
    centre, bank = market.connect(1, OrganisationKind.AUTHORITY), market.connect(2)
    auditor, employee = market.person(centre, "auditor"), market.person(bank, "responsible-employee")
    with refused("roles-apart"):
        give(market, auditor, bank, "responsible-employee")
    with refused("roles-apart"):
        give(market, employee, centre, "auditor")
    with psycopg.connect(market.hub.superuser) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(
            "INSERT INTO membership (person_id, organisation_id, role) VALUES (%s, %s, 'responsible-employee')",
            [auditor.pk, bank.pk],
        )


def test_roles_in_two_institutions_are_no_conflict(market: Any) -> None:
    one, other = market.connect(1), market.connect(2)
    somebody = market.person(one, "responsible-employee")
    give(market, somebody, other, "head-of-security")
    assert {role for _at, role in market.scope(somebody).held} == {"responsible-employee", "head-of-security"}


@pytest.mark.clause("R67.6")
def test_a_blocked_account_is_out_at_once_and_its_sessions_never_come_back(
    market: Any, refused: Any, enlist: Any, signed_in: Any, visitor: Any
) -> None:
    from qorgan.hub.members import blocking
    from qorgan.hub.members.access import HUB

    _, analyst, head = market.centre()
    bank = market.connect(1)
    employee = enlist("responsible-employee", organisation=bank.pk)
    browser = signed_in(employee)
    assert browser.get(f"/members/{bank.pk}/").status_code == 200
    with refused("not-allowed"):
        blocking.block(employee.id, reason="x", by=analyst, now=market.now)
    blocking.block(employee.id, reason="the laptop was lost", by=head, now=market.now)
    with refused("state-same"):
        blocking.block(employee.id, reason="again", by=head, now=market.now)
    assert browser.get(f"/members/{bank.pk}/").headers["location"].startswith("/sign-in/")
    blocking.unblock(employee.id, reason="found", by=HUB, now=market.now)
    assert browser.get(f"/members/{bank.pk}/").headers["location"].startswith("/sign-in/"), "a session came back"
    # Not the app's code again, which served a moment ago: a code serves once.
    again = visitor()
    again.post("/sign-in/", {"login": employee.email, "password": employee.password})
    again.post("/sign-in/code/", {"code": employee.recovery_codes[0]})
    assert again.get(f"/members/{bank.pk}/").status_code == 200
    with refused("self"):
        blocking.block(head.person_id, reason="x", by=head, now=market.now)
    rows = market.hub.rows(
        "SELECT act, organisation_id, detail FROM hub_journal WHERE act LIKE 'account.%%' ORDER BY id"
    )
    assert rows == [
        ("account.blocked", bank.pk, {"reason": "the laptop was lost"}),
        ("account.unblocked", bank.pk, {"reason": "found"}),
    ]


@pytest.mark.clause("R67.3.1")
def test_the_last_in_an_obligatory_role_leaves_only_with_a_successor_or_knowingly(market: Any, refused: Any) -> None:
    from qorgan.hub.members import people
    from qorgan.hub.members.access import HUB
    from qorgan.hub.members.models import Person

    bank = market.connect(1)
    leaver, chief = market.person(bank, "responsible-employee"), market.person(bank, "head-of-security")
    newcomer = market.person(market.connect(2), "responsible-employee")
    given: dict[str, Any] = {"reason": "left", "by": HUB, "now": market.now}
    with refused("last-in-role"):
        people.hand_over(leaver.pk, bank.pk, None, **given)
    with refused("roles-apart"):
        people.hand_over(leaver.pk, bank.pk, chief.pk, **given)
    with refused("self"):
        people.hand_over(leaver.pk, bank.pk, leaver.pk, **given)
    assert market.hub.rows("SELECT role FROM membership WHERE person_id = %s", leaver.pk) == [("responsible-employee",)]
    people.hand_over(leaver.pk, bank.pk, newcomer.pk, **given)
    assert not Person.objects.get(pk=leaver.pk).is_active
    assert (bank.pk, "responsible-employee") in market.scope(newcomer).held
    people.hand_over(newcomer.pk, bank.pk, None, vacant=True, **given)
    assert Person.objects.get(pk=newcomer.pk).is_active, "they act elsewhere still"
    ((membership,),) = market.hub.rows("SELECT id FROM membership WHERE person_id = %s", chief.pk)
    with refused("last-in-role"):
        people.take_role(membership, by=HUB, now=market.now)
    people.take_role(membership, by=HUB, now=market.now, vacant=True)


def away(market: Any, bank: Any, chief: Any, deputy: Any, days: int = 7, **changes: Any) -> Any:
    from qorgan.hub.members import absences

    given = {"starts_at": market.now, "ends_at": market.now + timedelta(days=days), "reason": "leave"} | changes
    return absences.record_absence(bank.pk, deputy.pk, by=market.scope(chief), now=market.now, **given)


@pytest.mark.clause("R48.15")
def test_a_deputy_agrees_from_then_to_then_and_in_that_institution_alone(market: Any) -> None:
    from qorgan.hub.members.access import is_deputy
    from qorgan.hub.members.roles import Right

    bank, other = market.connect(1), market.connect(2)
    chief, deputy = market.person(bank, "head-of-security"), market.person(bank, "responsible-employee")
    give(market, deputy, other, "responsible-employee")
    assert not market.scope(deputy).may(Right.DOCUMENTS_AGREE)
    away(market, bank, chief, deputy)
    scope = market.scope(deputy)
    assert scope.deputises == {bank.pk}
    assert scope.may(Right.DOCUMENTS_AGREE)
    assert scope.may_for(Right.DOCUMENTS_AGREE, bank.pk)
    assert not scope.may_for(Right.DOCUMENTS_AGREE, other.pk)
    assert not scope.may(Right.ABSENCES_WRITE), "a deputy of a deputy is nobody's wish"
    over = market.now + timedelta(days=7)
    assert market.scope(deputy, over).deputises == frozenset()
    assert market.scope(deputy, market.now - timedelta(seconds=1)).deputises == frozenset()
    from django.db import transaction

    from qorgan.hub.members import access

    with transaction.atomic():
        access.enter(access.HUB)
        assert is_deputy(deputy.pk, bank.pk, market.now)
        assert not is_deputy(deputy.pk, bank.pk, over)
        assert not is_deputy(chief.pk, bank.pk, market.now)


def test_an_absence_is_ones_own_overlaps_none_and_has_a_deputy_of_the_house(market: Any, refused: Any) -> None:
    from qorgan.hub.members import absences

    bank, other = market.connect(1), market.connect(2)
    chief, deputy = market.person(bank, "head-of-security"), market.person(bank, "responsible-employee")
    stranger = market.person(other, "head-of-security")
    for whom in (chief, stranger):
        with refused("deputy-wrong"):
            away(market, bank, chief, whom)
    with refused("not-allowed"):
        away(market, bank, deputy, chief)
    with refused("organisation-unknown"):
        away(market, bank, stranger, deputy)
    for changes in ({"days": 181}, {"days": -1}, {"ends_at": market.now}):
        with refused("absence-times"):
            away(market, bank, chief, deputy, **changes)
    made = away(market, bank, chief, deputy)
    with refused("absence-overlaps"):
        away(market, bank, chief, deputy, starts_at=market.now + timedelta(days=6), days=9)
    away(market, bank, chief, deputy, starts_at=market.now + timedelta(days=7), days=9)
    with refused("absence-unknown"):
        absences.revoke_absence(made.pk, by=market.scope(stranger), now=market.now)
    absences.revoke_absence(made.pk, by=market.scope(chief), now=market.now)
    assert market.scope(deputy).deputises == frozenset()
    with refused("absence-over"):
        absences.revoke_absence(made.pk, by=market.scope(chief), now=market.now)
    away(market, bank, chief, deputy, days=2)


def test_whoever_leaves_or_is_blocked_stands_in_for_nobody(market: Any) -> None:
    from qorgan.hub.members import blocking, people
    from qorgan.hub.members.access import HUB

    bank = market.connect(1)
    chief = market.person(bank, "head-of-security")
    one, two = (market.person(bank, "responsible-employee") for _ in range(2))
    away(market, bank, chief, one)
    blocking.block(one.pk, reason="x", by=HUB, now=market.now)
    assert market.scope(one).deputises == frozenset()
    blocking.unblock(one.pk, reason="x", by=HUB, now=market.now)
    people.hand_over(one.pk, bank.pk, two.pk, reason="left", by=HUB, now=market.now)
    assert market.hub.rows("SELECT revoked_at FROM absence") == [(market.now,)]


@pytest.mark.clause("R67.4")
def test_an_absence_is_seen_in_its_institution_and_by_the_deputy(market: Any) -> None:
    from django.db import transaction

    from qorgan.hub.members import access
    from qorgan.hub.members.models import Absence

    bank, other = market.connect(1), market.connect(2)
    chief, deputy = market.person(bank, "head-of-security"), market.person(bank, "responsible-employee")
    stranger = market.person(other, "head-of-security")
    away(market, bank, chief, deputy)
    for who, seen in ((chief, 1), (deputy, 1), (stranger, 0)):
        with transaction.atomic():
            access.enter(market.scope(who))
            assert Absence.objects.count() == seen


@pytest.mark.clause("R67.3.1")
@pytest.mark.usefixtures("django_hub")
def test_a_responsible_employee_makes_documents_and_neither_agrees_nor_oversees_them() -> None:
    from qorgan.hub.members.roles import RIGHTS, Right, Role

    assert RIGHTS[Role.RESPONSIBLE_EMPLOYEE] == {
        Right.CONNECTIONS_APPLY,
        Right.DOCUMENTS_READ,
        Right.DOCUMENTS_WRITE,
        Right.MEMBERS_READ,
        Right.PROFILE_PROPOSE,
        Right.RECEIPTS_READ,
        Right.SIGNALS_READ,
    }
    holders = {right: {role for role in Role if right in RIGHTS[role]} for right in Right}
    assert not holders[Right.DOCUMENTS_AGREE] & {Role.RESPONSIBLE_EMPLOYEE, Role.CENTRE_ANALYST, Role.AUDITOR}
    assert holders[Right.MEMBERS_WRITE] == {Role.CENTRE_HEAD}
