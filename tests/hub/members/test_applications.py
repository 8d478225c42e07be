"""Applications: what is asked for, who decides, what comes of it (R67.5, R67.6, R67.3.2)."""

# ruff: noqa: PLC0415 - Django's tables can be named only once the fixture has set Django up

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from qorgan.law.asoi import OrganisationKind
from tests.hub.members.conftest import state_of


def connection(market: Any, number: int = 5, **changes: Any) -> Any:
    from qorgan.hub.members.content import Connection

    plain = {"profile": market.profile(number), "letter": "No. 12 of 3 August 2026"}
    return Connection(**(plain | changes))


def decide(application: Any, by: Any, market: Any) -> Any:
    from qorgan.hub.members import applications

    applications.take_up(application.pk, by=by, now=market.now)
    return applications.accept(application.pk, by=by, now=market.now)


@pytest.mark.clause("R67.5")
def test_a_letter_becomes_a_profile_with_its_centre_once_another_person_accepts_it(market: Any, refused: Any) -> None:
    from qorgan.hub.members import applications
    from qorgan.hub.members.content import Soc

    _, analyst, head = market.centre()
    soc = Soc(bin=market.bin(6), name_kk="Орталық", name_ru="Центр", name_en="Centre", email="duty@soc.example")
    made = applications.apply_for_connection(
        connection(market, soc=soc), organisation_id=None, by=analyst, now=market.now
    )
    with refused("own-application"):
        applications.take_up(made.pk, by=analyst, now=market.now)
    decide(made, head, market)
    rows = market.hub.rows(
        "SELECT o.kind, s.kind, s.email, o.networks, o.domains FROM organisation o JOIN organisation s "
        "ON s.id = o.served_by_id WHERE o.bin = %s",
        market.bin(5),
    )
    assert rows == [("bank", "soc", "duty@soc.example", ["198.51.100.0/24"], ["bank.example"])]
    # One centre serves several: the next institution that names it is joined to it.
    again = connection(market, 7, soc=soc)
    decide(applications.apply_for_connection(again, organisation_id=None, by=analyst, now=market.now), head, market)
    served = market.hub.rows("SELECT count(*), count(DISTINCT served_by_id) FROM organisation WHERE kind = 'bank'")
    assert served == [(2, 1)]


@pytest.mark.clause("R67.5")
def test_an_institution_applies_for_its_centre_and_a_centre_for_whom_it_will_serve(market: Any, refused: Any) -> None:
    from qorgan.hub.members import applications

    _, _, head = market.centre()
    bank = market.connect(1)
    employee = market.scope(market.person(bank, "responsible-employee"))
    wrong = connection(market, 5, letter="")
    with refused("kind-misplaced"):
        applications.apply_for_connection(wrong, organisation_id=bank.pk, by=employee, now=market.now)
    right = connection(market, 5, profile=market.profile(5, OrganisationKind.SOC), letter="")
    made = applications.apply_for_connection(right, organisation_id=bank.pk, by=employee, now=market.now)
    decide(made, head, market)
    ((soc,),) = market.hub.rows("SELECT served_by_id FROM organisation WHERE id = %s", bank.pk)
    of_soc = market.person(type(bank)(pk=soc), "responsible-employee")
    other = connection(market, 8, letter="")
    made = applications.apply_for_connection(other, organisation_id=soc, by=market.scope(of_soc), now=market.now)
    decide(made, head, market)
    assert market.hub.rows("SELECT count(*) FROM organisation WHERE served_by_id = %s", soc) == [(2,)]


@pytest.mark.clause("R67.5")
def test_what_lacks_is_sent_back_by_field_and_mended(market: Any, refused: Any) -> None:
    from qorgan.hub.members import applications
    from qorgan.hub.members.applications import Finding
    from qorgan.hub.members.difference import differences

    _, analyst, head = market.centre()
    made = applications.apply_for_connection(connection(market), organisation_id=None, by=analyst, now=market.now)
    with refused("verb-impossible"):
        applications.send_back(made.pk, (Finding("email", "x"),), by=head, now=market.now)
    applications.take_up(made.pk, by=head, now=market.now)
    for nothing in ((), (Finding("email", " "),), (Finding("shoe_size", "too big"),)):
        with refused("findings-missing"):
            applications.send_back(made.pk, nothing, by=head, now=market.now)
    sent = applications.send_back(made.pk, (Finding("email", "it bounces"),), by=head, now=market.now)
    assert sent.findings == [{"field": "email", "reason": "it bounces"}]
    with refused("verb-impossible"):
        applications.accept(made.pk, by=head, now=market.now)
    with refused("bin-fixed"):
        applications.mend(made.pk, connection(market, 9), by=analyst, now=market.now)
    mended = connection(market, profile=market.profile(5, email="mended@bank.example"))
    after = applications.mend(made.pk, mended, by=analyst, now=market.now)
    (changed,) = differences(after.returned, after.content)
    assert (changed.field, changed.before, changed.after) == (
        "email",
        ("office@bank.example",),
        ("mended@bank.example",),
    )
    decide(after, head, market)
    acts = [
        act for (act,) in market.hub.rows("SELECT act FROM hub_journal WHERE object = %s ORDER BY id", str(made.pk))
    ]
    assert [act.removeprefix("application.") for act in acts] == [
        "made",
        "taken-up",
        "sent-back",
        "mended",
        "taken-up",
        "accepted",
    ]


@pytest.mark.clause("R67.6")
def test_an_accepted_account_has_every_field_and_opens_once_by_invitation(market: Any, refused: Any) -> None:
    from datetime import timedelta

    from qorgan.hub.members import applications, invitations
    from qorgan.hub.members.models import Person

    _, _, head = market.centre()
    bank = market.connect(1)
    chief = market.scope(market.person(bank, "head-of-security"))
    made = applications.apply_for_account(market.account(), organisation_id=bank.pk, by=chief, now=market.now)
    invited = decide(made, head, market).invited
    person = Person.objects.get(email="m.ulgieva@bank.example")
    assert (person.full_name, person.position, person.phones) == (
        "Үлгиева Мысал Сынаққызы",
        "Analyst",
        "+77010000001, +77010000002",
    )
    assert not person.has_usable_password()
    assert invited.code not in str(market.hub.rows("SELECT * FROM hub_journal"))
    assert market.hub.rows("SELECT digest FROM invitation") == [(invitations.digest_of(invited.code),)]
    late = market.now + invitations.LIVES
    for code, when in (("ABCD-EFGH", market.now), (invited.code, late)):
        with refused("invitation-unknown"):
            invitations.accept_invitation(code, "seven-quiet-mountains-9", now=when)
    soon = market.now + timedelta(hours=1)
    invitations.accept_invitation(invited.code.lower(), "seven-quiet-mountains-9", now=soon)
    assert Person.objects.get(pk=person.pk).check_password("seven-quiet-mountains-9")
    with refused("invitation-unknown"):
        invitations.accept_invitation(invited.code, "eight-quiet-mountains-9", now=soon)


@pytest.mark.clause("R67.6")
def test_a_new_invitation_ends_the_one_before_and_a_blocked_account_has_none(market: Any, refused: Any) -> None:
    from qorgan.hub.members import blocking, invitations

    _, _, head = market.centre()
    employee = market.person(market.connect(1), "responsible-employee")
    first = invitations.invite(employee.pk, by=head, now=market.now)
    second = invitations.invite(employee.pk, by=head, now=market.now)
    with refused("invitation-unknown"):
        invitations.invited(first.code, now=market.now)
    assert invitations.invited(second.code, now=market.now).pk == employee.pk
    blocking.block(employee.pk, reason="left", by=head, now=market.now)
    with refused("invitation-unknown"):
        invitations.invited(second.code, now=market.now)
    with refused("account-blocked"):
        invitations.invite(employee.pk, by=head, now=market.now)


@pytest.mark.clause("R67.6")
def test_accounts_are_one_persons_alone(market: Any, refused: Any) -> None:
    from qorgan.hub.members import applications

    bank = market.connect(1)
    chief = market.scope(market.person(bank, "head-of-security", "Басшы Үлгі"))

    def ask(**changes: Any) -> Any:
        content = market.account(**changes)
        return applications.apply_for_account(content, organisation_id=bank.pk, by=chief, now=market.now)

    for address in ("info@bank.example", "Security@bank.example", "soc-1@bank.example", "helpdesk2@bank.example"):
        with refused("address-shared"):
            ask(email=address)
    ask(email="info@bank.example", confirmed=True)
    with refused("email-taken"):
        ask(email="EMPLOYEE1@people.example")
    with refused("person-known"):
        ask(surname="Басшы", given_name="Үлгі", patronymic="")
    ask(surname="Басшы", given_name="Үлгі", patronymic="", email="namesake@bank.example", confirmed=True)
    from qorgan.hub.members.roles import Role

    with refused("role-misplaced"):
        ask(role=Role.CENTRE_HEAD)
    ask()
    with refused("application-open"):
        ask(email="M.Ulgieva@bank.example")


@pytest.mark.parametrize(
    "changes",
    [
        {"surname": ""},
        {"given_name": "R2"},
        {"position": ""},
        {"phones": []},
        {"phones": ["8 701 000 00 00"]},
        {"phones": ["+77010000000"] * 6},
        {"email": "nobody"},
        {"shoe_size": 40},
    ],
)
@pytest.mark.clause("R67.6")
def test_an_account_lacking_what_the_rule_asks_is_no_account(market: Any, changes: dict[str, Any]) -> None:
    from qorgan.hub.members.content import Account, plain

    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(plain(market.account()) | changes, Account)


@pytest.mark.clause("R67.3.2")
def test_a_change_of_the_profile_waits_for_the_centre_and_touches_only_what_it_changes(
    market: Any, refused: Any
) -> None:
    from qorgan.hub.members import actions, applications

    _, analyst, head = market.centre()
    bank = market.connect(1)
    employee = market.scope(market.person(bank, "responsible-employee"))

    def propose(**changes: Any) -> Any:
        return applications.propose_profile(
            market.profile(1, **changes), organisation_id=bank.pk, by=employee, now=market.now
        )

    with refused("nothing-changed"):
        propose()
    with refused("bin-fixed"):
        propose(kind=OrganisationKind.MFO)
    with refused("network-wrong"):
        propose(networks=("198.51.100.7/24",))
    made = propose(reporting_phone="+77000000009")
    with refused("application-open"):
        propose(email="other@bank.example")
    applications.take_up(made.pk, by=analyst, now=market.now)
    with refused("not-allowed"):
        applications.accept(made.pk, by=analyst, now=market.now)
    actions.change_profile(bank.pk, market.profile(1, name_en="Renamed"), by=head, now=market.now)
    applications.accept(made.pk, by=head, now=market.now)
    assert market.hub.rows("SELECT reporting_phone, name_en FROM organisation WHERE id = %s", bank.pk) == [
        ("+77000000009", "Renamed")
    ]
    # In the same field the later word of the centre is not overwritten unseen.
    made = propose(name_en="Third", reporting_phone="+77000000009")
    applications.take_up(made.pk, by=head, now=market.now)
    actions.change_profile(bank.pk, market.profile(1, name_en="Fourth"), by=head, now=market.now)
    with refused("profile-moved"):
        applications.accept(made.pk, by=head, now=market.now)
    assert state_of(market, made) == "under-review"


@pytest.mark.clause("R67.4")
def test_another_institution_neither_sees_nor_moves_an_application(market: Any, refused: Any) -> None:
    from django.db import transaction

    from qorgan.hub.members import access, applications

    bank, other = market.connect(1), market.connect(2)
    mine = market.scope(market.person(bank, "responsible-employee"))
    theirs = market.scope(market.person(other, "responsible-employee"))
    changed = market.profile(1, email="new@bank.example")
    with refused("organisation-unknown"):
        applications.propose_profile(changed, organisation_id=bank.pk, by=theirs, now=market.now)
    made = applications.propose_profile(changed, organisation_id=bank.pk, by=mine, now=market.now)
    with refused("application-unknown"):
        applications.withdraw(made.pk, by=theirs, now=market.now)
    with transaction.atomic(), refused("application-unknown"):
        access.enter(theirs)
        access.application_for(made.pk)
    applications.withdraw(made.pk, by=mine, now=market.now)
    with refused("verb-impossible"):
        applications.withdraw(made.pk, by=mine, now=market.now)


@pytest.mark.clause("R67.3.1")
def test_a_centre_that_serves_an_institution_sees_its_applications_and_makes_none_in_its_name(
    market: Any, refused: Any
) -> None:
    from qorgan.hub.members import applications

    soc = market.connect(1, OrganisationKind.SOC)
    bank = market.connect(2, served_by=soc.pk)
    duty, chief = (market.scope(market.person(soc, role)) for role in ("responsible-employee", "head-of-security"))
    changed = market.profile(2, email="new@bank.example")
    with refused("organisation-unknown"):
        applications.propose_profile(changed, organisation_id=bank.pk, by=duty, now=market.now)
    with refused("organisation-unknown"):
        applications.apply_for_account(market.account(), organisation_id=bank.pk, by=chief, now=market.now)
    employee = market.scope(market.person(bank, "responsible-employee"))
    made = applications.propose_profile(changed, organisation_id=bank.pk, by=employee, now=market.now)
    with refused("not-allowed"):
        applications.withdraw(made.pk, by=duty, now=market.now)
