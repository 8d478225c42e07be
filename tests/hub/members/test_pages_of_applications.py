"""What people see and do on the pages of applications, accounts and absences."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

if TYPE_CHECKING:
    from django.test import Client

LETTER = {
    "letter": "No. 12 of 3 August 2026",
    "bin": "000140000012",
    "kind": "bank",
    "name_kk": "«Үлгі Банк» АҚ",
    "name_ru": "АО «Образец Банк»",
    "name_en": "Sample Bank JSC",
    "email": "office@sample-bank.example",
    "reporting_phone": "+7 (701) 000-00-00",
    "contacts": "Үлгі Адам; duty officer; +7 701 000 00 01; duty@sample-bank.example",
    "networks": "198.51.100.0/24\n2001:db8:1::/48",
    "domains": "Sample-Bank.example",
    "inventory": "cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*",
}
ACCOUNT = {
    "surname": "Үлгиева",
    "given_name": "Мысал",
    "patronymic": "",
    "position": "duty officer",
    "phones": "+7 701 000 00 01\r\n+77010000002",
    "email": "m.ulgieva@sample-bank.example",
    "role": "responsible-employee",
}


def said(answer: Any) -> str:
    """The page's words."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def analyst(enlist: Any, signed_in: Any) -> Client:
    opened: Client = signed_in(enlist("centre-analyst"))
    return opened


@pytest.fixture
def head(enlist: Any, signed_in: Any) -> Client:
    opened: Client = signed_in(enlist("centre-head"))
    return opened


def address_of(answer: Any) -> str:
    """Where a made application stands."""
    assert answer.status_code == 302, said(answer)
    return str(answer.headers["location"])


@pytest.mark.clause("R67.5")
@pytest.mark.clause("R67.3.2")
def test_a_letter_is_written_down_sent_back_mended_and_becomes_a_profile(
    analyst: Client, head: Client, django_hub: Any
) -> None:
    address = address_of(analyst.post("/members/applications/new/", LETTER))
    assert "You wrote it, so another person decides on it (R48.15)" in said(analyst.get(address))
    assert head.post(f"{address}decide/", {"verb": "take-up"}).status_code == 302
    nothing = head.post(f"{address}send-back/", {"email": " "})
    assert nothing.status_code == 422
    assert "Say which field is to be mended" in said(nothing)
    head.post(f"{address}send-back/", {"email": "letters to it come back"})
    form = said(analyst.get(f"{address}mend/"))
    assert "The centre: letters to it come back" in form
    mended = LETTER | {"email": "security@sample-bank.example", "bin": "000140000022"}
    address_of(analyst.post(f"{address}mend/", mended))
    page = said(head.get(address))
    assert "office@sample-bank.example security@sample-bank.example" in page
    assert "000140000022" not in page, "the BIN of an application stays"
    head.post(f"{address}decide/", {"verb": "take-up"})
    head.post(f"{address}decide/", {"verb": "accept"})
    ((key,),) = django_hub.rows("SELECT id FROM organisation WHERE bin = '000140000012'")
    page = said(head.get(f"/members/{key}/"))
    for words in (
        "+77010000000",
        "+77010000001",
        "198.51.100.0/24",
        "2001:db8:1::/48",
        "sample-bank.example",
        "cpe:2.3:a:f5:nginx:1.22.1",
        "R67.7 installs the integration module",
        "R67.12 reports an incident",
        "R67.13 accepts or declines",
        "R48.29",
    ):
        assert words in page, words
    twice = head.post(f"{address}decide/", {"verb": "accept"})
    assert twice.status_code == 422
    assert "somebody may have moved it" in said(twice)


@pytest.mark.clause("R67.3.2")
def test_duties_follow_from_the_kind(head: Client, django_hub: Any) -> None:
    insurer = said(head.get(f"/members/{django_hub.add_organisation(4, kind='insurer')}/"))
    assert "D26.reporting reports an incident" in insurer
    assert "installs the integration module" not in insurer
    assert "R48.29" not in insurer


@pytest.mark.clause("R67.5")
def test_what_lacks_is_said_at_its_field(analyst: Client, django_hub: Any) -> None:
    for changed, words in (
        ({"letter": ""}, "This field is required"),
        ({"contacts": ""}, "This field is required"),
        ({"reporting_phone": "+4930000000"}, "This cannot be so"),
        ({"networks": "198.51.100.7/24"}, "the block is 198.51.100.0/24"),
        ({"domains": "bank"}, "Line 1: “bank” is not a domain name"),
        ({"soc_bin": "000140000042"}, "Say this of the security operations centre too"),
        ({"inventory": "software; a\nthing"}, "Line 1 is not of this form"),
        ({"bin": "000140000013"}, "This BIN cannot exist"),
        ({"kind": "authority"}, "Select a valid choice"),
    ):
        answer = analyst.post("/members/applications/new/", LETTER | changed)
        assert answer.status_code == 422, changed
        assert words in said(answer), (changed, said(answer))
    assert django_hub.rows("SELECT 1 FROM application") == []


@pytest.mark.clause("R67.3.2")
def test_an_inventory_is_proposed_as_a_file_and_shown_as_a_difference(
    enlist: Any, signed_in: Any, head: Client, django_hub: Any
) -> None:
    bank = django_hub.add_organisation(3)
    employee = signed_in(enlist("responsible-employee", organisation=bank))
    form = employee.get(f"/members/{bank}/propose/").content.decode()
    assert 'enctype="multipart/form-data"' in form
    bill = {"bomFormat": "CycloneDX", "components": [{"type": "library", "name": "x", "purl": "pkg:pypi/django@5.2"}]}
    sent = {name: LETTER[name] for name in ("name_kk", "name_ru", "name_en", "email", "domains")}
    file = SimpleUploadedFile("bom.json", json.dumps(bill).encode())
    address = address_of(employee.post(f"/members/{bank}/propose/", sent | {"inventory_file": file}))
    page = said(head.get(address))
    assert "how the profile would change" in page
    assert "pkg:pypi/django@5.2" in page
    again = employee.post(f"/members/{bank}/propose/", sent | {"email": "third@bank.example"})
    assert again.status_code == 422
    assert "is open already" in said(again)
    not_text = SimpleUploadedFile("bom.json", b"\xff\xfe\x00")
    wrong = employee.post(f"/members/{bank}/propose/", sent | {"inventory_file": not_text})
    assert "not text in UTF-8" in said(wrong)
    employee.post(f"{address}decide/", {"verb": "withdraw"})
    assert "Withdrawn" in said(employee.get(address))


@pytest.mark.clause("R67.6")
def test_an_account_is_applied_for_accepted_and_opened_by_its_person(
    enlist: Any, signed_in: Any, head: Client, visitor: Any, django_hub: Any
) -> None:
    bank = django_hub.add_organisation(3)
    chief = signed_in(enlist("head-of-security", organisation=bank))
    shared = chief.post(f"/members/{bank}/account/", ACCOUNT | {"email": "info@sample-bank.example"})
    assert "looks like a unit" in said(shared)
    address = address_of(chief.post(f"/members/{bank}/account/", ACCOUNT))
    head.post(f"{address}decide/", {"verb": "take-up"})
    shown = head.post(f"{address}decide/", {"verb": "accept"})
    assert "no-store" in shown.headers["Cache-Control"]
    (code,) = set(re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){7}", shown.content.decode()))
    ((person,),) = django_hub.rows("SELECT id FROM person WHERE email = 'm.ulgieva@sample-bank.example'")
    assert code not in head.get(f"/members/people/{person}/").content.decode()

    somebody = visitor()
    password = {"password": "nine-quiet-mountains-7", "again": "nine-quiet-mountains-7"}
    for changed, words in (
        ({"code": "AAAA-BBBB"}, "This code opens nothing"),
        ({"again": "another"}, "not the same"),
        ({"password": "12345", "again": "12345"}, "too short"),
        ({"password": "Үлгиева Мысал", "again": "Үлгиева Мысал"}, "similar"),
    ):
        answer = somebody.post("/sign-in/invitation/", {"code": code} | password | changed)
        assert answer.status_code == 422, changed
        assert words in said(answer), (changed, said(answer))
    assert somebody.post("/sign-in/invitation/", {"code": code} | password).status_code == 302
    assert somebody.post("/sign-in/invitation/", {"code": code} | password).status_code == 422
    entered = somebody.post(
        "/sign-in/", {"login": "m.ulgieva@sample-bank.example", "password": password["password"]}, follow=True
    )
    assert "Choose a second factor" in said(entered), "two factors from the first sign-in on"
    assert somebody.get(f"/members/{bank}/").headers["location"] == "/account/factors/"


def test_codes_are_not_guessed_from_one_network(visitor: Any, django_hub: Any) -> None:
    from qorgan.hub.portal.invitation import _ATTEMPTS  # noqa: PLC0415 (Django is set up only now)

    sent = {"code": "AAAA-BBBB", "password": "nine-quiet-mountains-7", "again": "nine-quiet-mountains-7"}
    answers = [said(visitor().post("/sign-in/invitation/", sent)) for _ in range(_ATTEMPTS + 1)]
    assert "Too many attempts" not in answers[-2]
    assert "Too many attempts" in answers[-1]


@pytest.mark.clause("R67.6")
def test_an_account_is_blocked_and_handed_over_with_reasons(
    enlist: Any, signed_in: Any, head: Client, django_hub: Any
) -> None:
    bank = django_hub.add_organisation(3)
    leaver = enlist("responsible-employee", organisation=bank)
    other = enlist("head-of-security", organisation=bank)
    second = enlist("responsible-employee", organisation=django_hub.add_organisation(4))
    page = head.get(f"/members/people/{leaver.id}/")
    assert "Leaves: hand over" in said(page)
    address = f"/members/people/{leaver.id}/leave/{bank}/"
    form = said(head.get(address))
    assert f"Person {other.id}" in form or "Person" in form
    empty = head.post(address, {"reason": "left", "successor": ""})
    assert "name a successor" in said(empty)
    meets = head.post(address, {"reason": "left", "successor": other.id})
    assert "Who makes a thing does not agree it" in said(meets)
    stranger = head.post(address, {"reason": "left", "successor": second.id})
    assert stranger.status_code == 422
    assert head.post(address, {"reason": "left", "vacant": "on"}).status_code == 302
    assert "The account is blocked" in said(head.get(f"/members/people/{leaver.id}/"))
    assert head.post(f"/members/people/{other.id}/block/", {"reason": " "}).status_code == 422
    assert head.post(f"/members/people/{other.id}/block/", {"reason": "lost laptop"}).status_code == 302
    trail = said(head.get("/audit/"))
    assert "Handed an account's roles over" in trail
    assert "lost laptop" in trail


@pytest.mark.clause("R48.15")
def test_the_page_of_an_institution_says_who_stands_in(enlist: Any, signed_in: Any, django_hub: Any) -> None:
    bank = django_hub.add_organisation(3)
    chief, deputy = (enlist(role, organisation=bank) for role in ("head-of-security", "responsible-employee"))
    browser = signed_in(chief)
    begin = datetime.now(UTC) + timedelta(hours=5) - timedelta(minutes=5)
    times = {"starts_at": f"{begin:%Y-%m-%dT%H:%M}", "ends_at": f"{begin + timedelta(days=3):%Y-%m-%dT%H:%M}"}
    sent = times | {"deputy": deputy.id, "reason": "leave"}
    assert browser.post(f"/members/{bank}/absence/", sent | {"ends_at": times["starts_at"]}).status_code == 422
    assert browser.post(f"/members/{bank}/absence/", sent).status_code == 302
    page = browser.get(f"/members/{bank}/")
    assert re.search(r"Person \d+: absence; Person \d+ stands in · now", said(page))
    (revoke,) = re.findall(r"/members/absences/[^/]+/revoke/", page.content.decode())
    assert signed_in(deputy).post(revoke).status_code == 403
    assert browser.post(revoke).status_code == 302
    assert ": absence;" not in said(browser.get(f"/members/{bank}/"))


@pytest.mark.clause("R67.4")
def test_the_queue_shows_each_their_own(enlist: Any, signed_in: Any, analyst: Client, django_hub: Any) -> None:
    one, other = django_hub.add_organisation(3), django_hub.add_organisation(4)
    browsers = [signed_in(enlist("head-of-security", organisation=bank)) for bank in (one, other)]
    for number, (browser, bank) in enumerate(zip(browsers, (one, other), strict=True)):
        browser.post(
            f"/members/{bank}/account/", ACCOUNT | {"email": f"m{number}@bank.example", "surname": f"Өз{'а' * number}"}
        )
    assert said(browsers[0].get("/members/applications/")).count("Personal account") == 1
    assert said(analyst.get("/members/applications/")).count("Personal account") == 2
    address = address_of(analyst.post(f"/members/{one}/account/", ACCOUNT))
    page = said(browsers[0].get(address))
    assert "made by the sectoral centre" in page
