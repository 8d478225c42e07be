"""Organisations, modules and people, as the centre keeps them (R67.3.2, R67.7)."""

# ruff: noqa: PLC0415 - Django's tables can be named only once the fixture has set Django up

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qorgan.law.asoi import OrganisationKind
from qorgan.wire import enrolment

pytestmark = pytest.mark.usefixtures("django_hub")

NOW = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)


def bin_of(number):
    from qorgan.hub.members.bin import check_digit

    elevens = (f"2602400{index:04d}" for index in range(number * 20, number * 20 + 20))
    return next(f"{eleven}{check_digit(eleven)}" for eleven in elevens if check_digit(eleven) is not None)


def profile(number=1, kind=OrganisationKind.BANK, **changes):
    from qorgan.hub.members.profile import Contact, Product, Profile

    plain = {
        "bin": bin_of(number),
        "kind": kind,
        "name_kk": f"Ойдан шығарылған банк {number}",
        "name_ru": f"Вымышленный банк {number}",
        "name_en": f"Invented Bank {number}",
        "email": "office@bank.example",
        "reporting_phone": "+77000000001",
        "contacts": (Contact(name="Duty officer", phone="+77000000002"),),
        "inventory": (Product(kind="software", vendor="Example", product="Mail gateway", version="1.2"),),
    }
    return Profile(**(plain | changes))


def connect(number=1, kind=OrganisationKind.BANK, served_by=None, **changes):
    from qorgan.hub.members.access import HUB
    from qorgan.hub.members.actions import connect_organisation

    return connect_organisation(profile(number, kind, **changes), served_by=served_by, by=HUB, now=NOW)


def person(address, organisation, role):
    from qorgan.hub.members.access import HUB
    from qorgan.hub.members.people import add_person, give_role

    made = add_person(email=address, full_name="Somebody Invented", by=HUB, now=NOW)
    give_role(made, organisation.pk, role, by=HUB, now=NOW)
    return made


def seen_by(somebody):
    """Whose rows a person's scope shows."""
    from django.db import transaction

    from qorgan.hub.members.access import scope_of
    from qorgan.hub.members.models import Organisation

    with transaction.atomic():
        scope = scope_of(somebody)
        return scope, set(Organisation.objects.values_list("pk", flat=True))


def refusal(code):
    from qorgan.kit.refusal import Refusal

    return pytest.raises(Refusal, check=lambda error: error.code == code)


@pytest.mark.clause("R67.3.2")
def test_organisations_of_every_kind_are_connected_with_their_whole_profile():
    from django.db import transaction

    from qorgan.hub.members import access, queries

    for number, kind in enumerate(OrganisationKind):
        connect(number, kind)
    with transaction.atomic():
        access.enter(access.HUB)
        kept = {one.kind: one for one in queries.organisations()}
    assert set(kept) == {kind.value for kind in OrganisationKind}
    bank = kept["bank"]
    assert (bank.name("kk"), bank.name("ru"), bank.name("en")) == (
        "Ойдан шығарылған банк 0",
        "Вымышленный банк 0",
        "Invented Bank 0",
    )
    assert bank.contacts[0]["phone"] == "+77000000002"
    assert bank.inventory[0]["product"] == "Mail gateway"
    assert bank.reporting_phone == "+77000000001"


@pytest.mark.clause("R67.3.2")
def test_a_bin_that_cannot_exist_or_is_taken_is_refused():
    connect(1)
    with refusal("bin-taken"):
        connect(1)
    with refusal("bin-wrong"):
        connect(2, bin="230540004988")


def test_a_profile_is_changed_but_for_its_bin_and_kind(django_hub):
    from qorgan.hub.members.access import HUB
    from qorgan.hub.members.actions import change_profile

    bank = connect(1)
    change_profile(bank.pk, profile(1, name_en="Renamed Bank"), by=HUB, now=NOW)
    assert django_hub.rows("SELECT name_en FROM organisation") == [("Renamed Bank",)]
    with refusal("bin-fixed"):
        change_profile(bank.pk, profile(2), by=HUB, now=NOW)
    acts = django_hub.rows("SELECT act, detail FROM hub_journal ORDER BY id")
    assert [act for act, _ in acts] == ["organisation.connected", "organisation.changed"]
    assert acts[1][1] == {"changed": ["name_en"]}


@pytest.mark.clause("R67.7")
@pytest.mark.clause("R67.3.2")
def test_a_security_operations_centre_serves_several_and_its_people_see_them():
    from qorgan.hub.members.access import Reach
    from qorgan.hub.members.roles import Role

    soc = connect(1, OrganisationKind.SOC)
    served = [connect(number, served_by=soc.pk) for number in (2, 3)]
    other = connect(4)
    scope, seen = seen_by(person("analyst@soc.example", soc, Role.RESPONSIBLE_EMPLOYEE))
    assert scope.reach is Reach.INSTITUTION
    assert seen == {soc.pk, *(one.pk for one in served)}
    _, seen = seen_by(person("one@bank.example", served[0], Role.RESPONSIBLE_EMPLOYEE))
    assert seen == {served[0].pk}, "a served institution sees neither its centre's others nor its centre"
    _, seen = seen_by(person("one@other.example", other, Role.HEAD_OF_SECURITY))
    assert seen == {other.pk}


@pytest.mark.clause("R67.7")
def test_only_a_security_operations_centre_serves_and_itself_is_served_by_nobody():
    bank = connect(1)
    soc = connect(2, OrganisationKind.SOC)
    with refusal("not-a-centre"):
        connect(3, served_by=bank.pk)
    with refusal("served-by-nobody"):
        connect(3, OrganisationKind.SOC, served_by=soc.pk)


@pytest.mark.clause("R67.4")
def test_a_person_of_the_centre_sees_all_and_one_without_a_role_nothing():
    from qorgan.hub.members.access import HUB, Reach
    from qorgan.hub.members.people import add_person
    from qorgan.hub.members.roles import Right, Role

    centre, bank = connect(1, OrganisationKind.AUTHORITY), connect(2)
    scope, seen = seen_by(person("analyst@centre.example", centre, Role.CENTRE_ANALYST))
    assert seen == {centre.pk, bank.pk}
    assert scope.may(Right.SIGNALS_READ)
    assert not scope.may(Right.MEMBERS_WRITE)
    roleless = add_person(email="new@bank.example", full_name="New", by=HUB, now=NOW)
    scope, seen = seen_by(roleless)
    assert (scope.reach, scope.rights, seen) == (Reach.NOTHING, frozenset(), set())


@pytest.mark.clause("R67.4")
def test_a_person_who_left_sees_nothing(django_hub):
    from qorgan.hub.members.models import Person
    from qorgan.hub.members.roles import Role

    gone = person("gone@bank.example", connect(1), Role.HEAD_OF_SECURITY)
    django_hub.tamper("UPDATE person SET is_active = false")
    scope, seen = seen_by(Person.objects.get(pk=gone.pk))
    assert (scope.rights, seen) == (frozenset(), set())


@pytest.mark.clause("R67.3.1")
def test_roles_of_the_centre_and_of_institutions_are_not_mixed():
    from qorgan.hub.members.roles import Role

    centre, bank = connect(1, OrganisationKind.AUTHORITY), connect(2)
    with refusal("role-misplaced"):
        person("a@bank.example", bank, Role.CENTRE_HEAD)
    with refusal("role-misplaced"):
        person("b@centre.example", centre, Role.RESPONSIBLE_EMPLOYEE)


@pytest.mark.clause("R67.4")
def test_an_institutions_person_does_nothing_to_members():
    from qorgan.hub.members.actions import connect_organisation, suspend_organisation
    from qorgan.hub.members.modules import add_module
    from qorgan.hub.members.roles import Role

    bank = connect(1)
    scope, _ = seen_by(person("head@bank.example", bank, Role.HEAD_OF_SECURITY))
    for forbidden in (
        lambda: connect_organisation(profile(2), by=scope, now=NOW),
        lambda: suspend_organisation(bank.pk, reason="x", by=scope, now=NOW),
        lambda: add_module(bank.pk, "edge", verifier_key="k", by=scope, now=NOW),
    ):
        with refusal("not-allowed"):
            forbidden()


@pytest.mark.clause("R67.4")
def test_not_yours_and_not_there_are_answered_alike():
    from uuid import uuid4

    from django.db import transaction

    from qorgan.hub.members.access import module_for, organisation_for, scope_of
    from qorgan.hub.members.roles import Role
    from qorgan.kit.refusal import Refusal

    mine, other = connect(1), connect(2)
    somebody = person("a@bank.example", mine, Role.RESPONSIBLE_EMPLOYEE)
    said = []
    with transaction.atomic():
        scope_of(somebody)
        assert organisation_for(mine.pk).pk == mine.pk
        for door, key in ((organisation_for, other.pk), (organisation_for, uuid4()), (module_for, uuid4())):
            with pytest.raises(Refusal) as refused:
                door(key)
            said.append((refused.value.code, str(refused.value)))
    assert said[0] == said[1]


def add_module(organisation, hub, name="edge"):
    from qorgan.hub.members.access import HUB
    from qorgan.hub.members.modules import add_module as act

    return act(organisation.pk, name, verifier_key=str(hub.verifier), by=HUB, now=NOW)


def give_key(hub):
    hub.tamper(
        "INSERT INTO module_key (id, module_id, organisation_id, public_key, state, created_at) "
        "SELECT 'aabbccddeeff0011', id, organisation_id, sha256('x'), 'active', now() FROM module"
    )


@pytest.mark.clause("R67.7")
def test_a_code_is_shown_once_kept_as_a_digest_and_lives_a_day(django_hub):
    issued = add_module(connect(1), django_hub)
    enrolment.check_hub(issued.code, str(django_hub.verifier))
    rows = django_hub.rows("SELECT digest, expires_at, used_at FROM enrolment_code")
    assert rows == [(enrolment.code_digest(issued.code), NOW + timedelta(hours=24), None)]
    assert issued.code not in str(django_hub.rows("SELECT * FROM hub_journal"))


@pytest.mark.clause("R67.7")
def test_a_new_code_takes_the_place_of_the_one_before(django_hub):
    from qorgan.hub.members.access import HUB
    from qorgan.hub.members.modules import issue_code

    issued = add_module(connect(1), django_hub)
    later = NOW + timedelta(hours=1)
    again = issue_code(issued.module.pk, verifier_key=str(django_hub.verifier), by=HUB, now=later)
    open_codes = django_hub.rows("SELECT digest FROM enrolment_code WHERE expires_at > %s", later)
    assert open_codes == [(enrolment.code_digest(again.code),)]


@pytest.mark.clause("R67.7")
def test_a_revoked_module_stays_revoked_and_takes_its_key_and_code_along(django_hub):
    from qorgan.hub.members.access import HUB
    from qorgan.hub.members.modules import issue_code, revoke_module

    issued = add_module(connect(1), django_hub)
    give_key(django_hub)
    revoke_module(issued.module.pk, reason="lost machine", by=HUB, now=NOW + timedelta(minutes=1))
    assert django_hub.rows("SELECT state FROM module") == [("revoked",)]
    assert django_hub.rows("SELECT state FROM module_key") == [("revoked",)]
    assert django_hub.rows("SELECT count(*) FROM enrolment_code WHERE expires_at > %s", NOW + timedelta(minutes=1)) == [
        (0,)
    ]
    with refusal("module-revoked"):
        revoke_module(issued.module.pk, reason="again", by=HUB, now=NOW)
    with refusal("module-revoked"):
        issue_code(issued.module.pk, verifier_key="k", by=HUB, now=NOW)


@pytest.mark.clause("R67.7")
def test_a_key_that_may_be_known_to_others_is_retired_and_the_module_may_come_back(django_hub):
    from qorgan.hub.members.access import HUB
    from qorgan.hub.members.modules import issue_code, retire_key

    issued = add_module(connect(1), django_hub)
    with refusal("no-key"):
        retire_key(issued.module.pk, reason="x", by=HUB, now=NOW)
    give_key(django_hub)
    retire_key(issued.module.pk, reason="seen in a backup", by=HUB, now=NOW)
    assert django_hub.rows("SELECT state FROM module_key") == [("retired",)]
    assert issue_code(issued.module.pk, verifier_key=str(django_hub.verifier), by=HUB, now=NOW).code


def test_a_suspended_organisation_gets_no_module_until_it_is_taken_back_on(django_hub):
    from qorgan.hub.members.access import HUB
    from qorgan.hub.members.actions import resume_organisation, suspend_organisation

    bank = connect(1)
    suspend_organisation(bank.pk, reason="licence withdrawn", by=HUB, now=NOW)
    with refusal("organisation-suspended"):
        add_module(bank, django_hub)
    with refusal("state-same"):
        suspend_organisation(bank.pk, reason="again", by=HUB, now=NOW)
    resume_organisation(bank.pk, reason="licence given", by=HUB, now=NOW)
    assert add_module(bank, django_hub).module.name == "edge"


@pytest.mark.clause("R67.4")
def test_every_act_is_in_the_journal_with_who_and_whose(django_hub):
    from qorgan.hub.members.people import take_role
    from qorgan.hub.members.roles import Role

    centre, bank = connect(1, OrganisationKind.AUTHORITY), connect(2)
    head = person("head@centre.example", centre, Role.CENTRE_HEAD)
    scope, _ = seen_by(head)
    from qorgan.hub.members.modules import add_module as act

    issued = act(bank.pk, "edge", verifier_key=str(django_hub.verifier), by=scope, now=NOW)
    rows = django_hub.rows(
        "SELECT act, person_id, organisation_id, object FROM hub_journal WHERE person_id IS NOT NULL"
    )
    assert rows == [
        ("module.added", head.pk, bank.pk, str(issued.module.pk)),
        ("module.code-issued", head.pk, bank.pk, str(issued.module.pk)),
    ]
    (membership,) = django_hub.rows("SELECT id FROM membership")[0]
    take_role(membership, by=scope, now=NOW)
    assert django_hub.rows("SELECT count(*) FROM membership") == [(0,)]


def test_an_act_that_fails_leaves_no_trace(django_hub):
    from qorgan.kit.refusal import Refusal

    bank = connect(1)
    before = django_hub.rows("SELECT count(*) FROM hub_journal")
    with pytest.raises(Refusal):
        add_module(bank, django_hub, name="  ")
    assert django_hub.rows("SELECT count(*) FROM hub_journal") == before


def test_a_scope_outlives_no_transaction():
    from django.db import transaction

    from qorgan.hub.members.access import HUB, enter
    from qorgan.hub.members.models import Organisation

    connect(1)
    with transaction.atomic():
        enter(HUB)
        assert Organisation.objects.count() == 1
    assert Organisation.objects.count() == 0
    with pytest.raises(RuntimeError, match="transaction"):
        enter(HUB)


def test_the_models_are_what_the_migrations_make():
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
