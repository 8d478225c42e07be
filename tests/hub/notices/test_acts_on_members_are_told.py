"""Acts on members give notices: to those they matter to, with the rule of the thing itself, by mail and by call."""

from __future__ import annotations

import json
from datetime import timedelta

import psycopg
import pytest

from qorgan.hub.database.connection import Role
from tests.hub.casework.conftest import MONDAY
from tests.hub.notices.test_addresses_are_called import config, receiver, register
from tests.hub.notices.test_everybody_is_told_what_is_theirs import told
from tests.hub.notices.test_letters_go_out import box, mail, send, server, speak

__all__ = ["box", "config", "mail", "receiver", "server"]


def tell(office, *, mail=False):
    from qorgan.hub.notices.entries import TellingEntries

    return office.clerk(lambda: TellingEntries(mail=mail).tell_all(MONDAY))


def proposed(office):
    """A change of alpha's profile, by its maker."""
    import msgspec

    from qorgan.hub.members import applications
    from qorgan.hub.members.actions import profile_of
    from qorgan.hub.members.models import Organisation

    place = office.market.organisations["alpha"]
    profile = office.market.seen("alpha_maker", lambda: profile_of(Organisation.objects.get(pk=place)))
    wanted = msgspec.structs.replace(profile, email="zz-new@alpha.example")
    by = office.market.scope("alpha_maker")
    return applications.propose_profile(wanted, organisation_id=place, by=by, now=MONDAY)


def sent_back(office):
    from qorgan.hub.members import applications

    made = proposed(office)
    analyst = office.market.scope("analyst")
    applications.take_up(made.pk, by=analyst, now=MONDAY)
    findings = (applications.Finding("email", "whose is zz-this?"),)
    applications.send_back(made.pk, findings, by=analyst, now=MONDAY)
    return made


def test_the_database_lets_the_clerk_read_what_is_told_of_and_nothing_else(office):
    from importlib import import_module

    from qorgan.hub.members.journal import Act
    from qorgan.hub.notices.members_told import TOLD
    from qorgan.hub.notices.words import SENTENCES

    acts = import_module("qorgan.hub.notices.migrations.0004_silent_sources").ACTS
    assert {one.strip().strip("'") for one in acts.strip("()").replace("\n", "").strip("( )").split(",")} == set(TOLD)
    assert set(TOLD) <= set(SENTENCES)
    assert set(TOLD) <= set(Act)


@pytest.mark.clause("R67.3.8")
def test_a_source_that_fell_silent_is_told_to_the_heads_of_its_institution_and_nobody_else(office):
    from django.db import transaction

    from qorgan.hub.intake.enrolment import SOURCE_ALARMED
    from qorgan.hub.members import access, journal

    assert journal.Act.SOURCE_ALARMED == SOURCE_ALARMED
    place = office.market.organisations["alpha"]
    with transaction.atomic():
        access.enter(access.HUB)
        journal.write(
            journal.Act.SOURCE_ALARMED, by=access.HUB, now=MONDAY, organisation=place, on="a-module", detail={}
        )
    tell(office)
    assert told(office) == {"alpha_head": ["module.source-alarmed"], "alpha_second_head": ["module.source-alarmed"]}


@pytest.mark.clause("R67.3.2")
def test_a_change_of_the_profile_goes_from_hand_to_hand(office):
    from qorgan.hub.members import applications

    made = sent_back(office)
    applications.mend(
        made.pk, applications.accepting.content_of(made), by=office.market.scope("alpha_maker"), now=MONDAY
    )
    chief = office.market.scope("chief")
    applications.take_up(made.pk, by=chief, now=MONDAY)
    applications.accept(made.pk, by=chief, now=MONDAY)
    tell(office)
    heads = ["application.sent-back", "application.accepted"]
    assert told(office) == {
        "analyst": ["application.made", "application.mended"],
        "chief": ["application.made", "application.mended"],
        "alpha_maker": [
            "application.taken-up",
            "application.sent-back",
            "application.taken-up",
            "application.accepted",
        ],
        "alpha_head": heads,
        "alpha_second_head": heads,
    }
    assert tell(office) == 0, "nobody is told twice"


@pytest.mark.clause("R67.6")
def test_accounts_deputies_and_second_factors_are_told_to_whom_they_matter(office, enlist):
    from qorgan.hub.members import absences, blocking, people, resetting

    market, now = office.market, MONDAY
    head, second = market.scope("alpha_head"), market.scope("alpha_second_head")
    maker, place = market.people["alpha_maker"], market.organisations["alpha"]
    blocking.block(maker, reason="lost", by=head, now=now)
    tell(office)
    assert told(office) == {"alpha_second_head": ["account.blocked"], "chief": ["account.blocked"]}
    blocking.unblock(maker, reason="found", by=head, now=now)
    absences.record_absence(
        place, maker, starts_at=now, ends_at=now + timedelta(days=3), reason="leave", by=second, now=now
    )
    owner = enlist("responsible-employee", organisation=place)
    market.people["owner"] = owner.id
    asked = resetting.ask(owner.id, reason="lost", by=head, now=now)
    resetting.reset(asked.pk, by=market.scope("chief"), now=now)
    tell(office)
    people.hand_over(owner.id, place, maker, reason="left", by=market.scope("chief"), now=now)
    tell(office)
    assert told(office) == {
        "alpha_maker": ["account.unblocked", "absence.recorded", "account.handed-over"],
        "alpha_head": ["absence.recorded", "factor.reset", "account.handed-over"],
        "alpha_second_head": [
            *("account.blocked", "account.unblocked", "factor.reset-asked", "factor.reset", "account.handed-over")
        ],
        "owner": ["factor.reset-asked", "factor.reset"],
        "chief": ["account.blocked", "account.unblocked", "factor.reset-asked"],
    }, "nor is whoever acted"


@pytest.mark.clause("R67.4")
def test_a_notice_obeys_the_rule_of_the_thing_it_is_about(office):
    from qorgan.hub.notices.models import Notice

    sent_back(office)
    tell(office)
    market = office.market
    assert market.seen("alpha_head", Notice.objects.count) == 1
    assert market.seen("gamma_head", Notice.objects.count) == 0
    market.hub.tamper(
        "UPDATE membership SET organisation_id = %s WHERE person_id = %s",
        market.organisations["gamma"],
        market.people["alpha_head"],
    )
    assert market.seen("alpha_head", Notice.objects.count) == 0
    with psycopg.connect(market.hub.superuser) as connection:
        for change in ("document_id = (SELECT gen_random_uuid())", "application_id = NULL", "entry_id = NULL"):
            with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
                connection.execute(f"UPDATE notice SET {change}")


def test_the_page_shows_it_with_a_link_and_the_fields(office, enlist, signed_in):
    made = proposed(office)
    reader = enlist("head-of-security", organisation=office.market.organisations["alpha"], language="en")
    from qorgan.hub.members import applications

    analyst = office.market.scope("analyst")
    applications.take_up(made.pk, by=analyst, now=MONDAY)
    applications.send_back(made.pk, (applications.Finding("email", "whose?"),), by=analyst, now=MONDAY)
    tell(office)
    page = signed_in(reader).get("/notices/").content.decode()
    assert f'href="/members/applications/{made.pk}/"' in page
    assert "see which fields are to be mended" in page
    assert "E-mail" in page


@pytest.mark.clause("R67.4")
def test_who_left_before_it_is_told_is_not_told_of_their_own_application(office):
    sent_back(office)
    market = office.market
    market.hub.tamper(
        "UPDATE membership SET organisation_id = %s WHERE person_id = %s",
        market.organisations["gamma"],
        market.people["alpha_maker"],
    )
    tell(office)
    assert "alpha_maker" not in told(office)
    assert "alpha_head" in told(office)


@pytest.mark.clause("R67.4")
def test_a_letter_says_what_happened_and_none_of_its_words(office, mail, box):
    speak(office, "alpha_maker", "en")
    speak(office, "alpha_head", "en")
    made = sent_back(office)
    tell(office, mail=True)
    office.market.hub.tamper(
        "UPDATE membership SET organisation_id = %s WHERE person_id = %s",
        office.market.organisations["gamma"],
        office.market.people["alpha_head"],
    )
    send(office, mail, MONDAY)
    to = {one["To"]: one for one in box.letters if "sent the application back" in one["Subject"]}
    assert set(to) >= {"alpha_maker@example.kz"}
    assert "alpha_head@example.kz" not in to, "who may not see it any more gets no letter"
    text = to["alpha_maker@example.kz"].get_content()
    assert f"/members/applications/{made.pk}/" in text
    assert "zz-" not in "".join(f"{one['Subject']}{one.get_content()}" for one in box.letters)


def test_whoever_is_reset_is_told_by_mail_where_a_new_factor_is_enrolled(office, enlist, mail, box):
    from qorgan.hub.members import resetting

    owner = enlist("responsible-employee", organisation=office.market.organisations["alpha"], language="en")
    asked = resetting.ask(owner.id, reason="lost", by=office.market.scope("alpha_head"), now=MONDAY)
    resetting.reset(asked.pk, by=office.market.scope("chief"), now=MONDAY)
    tell(office, mail=True)
    send(office, mail, MONDAY)
    mine = [one for one in box.letters if one["To"] == owner.email]
    # Both go out in one round, on connections of their own: either may arrive first.
    assert {one["Subject"].partition(": ")[2] for one in mine} == {
        "Somebody asked to reset the second factor of the account",
        "The second factor was reset: the next sign-in enrols a new one",
    }
    assert "lost" not in "".join(one.get_content() for one in mine)


def test_an_institutions_address_is_called_about_its_own_applications(office, receiver, config):
    from qorgan.hub.notices.calling import Caller

    register(office, receiver, now=MONDAY)
    made = sent_back(office)
    tell(office)
    office.clerk(lambda: Caller(config).deliver_all(MONDAY))
    bodies = [json.loads(body) for _headers, body in receiver.calls]
    by_type = {one["type"]: one for one in bodies}
    assert set(by_type) == {"application.made", "application.taken-up", "application.sent-back"}
    returned = by_type["application.sent-back"]
    assert returned["data"] == {
        "about": "application",
        "id": str(made.pk),
        "what": "application.sent-back",
        "at": returned["timestamp"],
    }
    register(office, receiver, name="gamma", now=MONDAY)
    with office.market.hub.connect(Role.WEB, scope="institution", organisations=[made.organisation_id]) as connection:
        assert connection.execute("SELECT count(*) FROM delivery").fetchone() == (3,)
