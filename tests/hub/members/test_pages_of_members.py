"""What people see and do on the pages of members."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
import pytest

from qorgan.wire.enrolment import HEARTBEATS_PATH, Heartbeat, SourceStatus, code_digest

if TYPE_CHECKING:
    from django.test import Client

PROFILE = {
    "bin": "000140000012",
    "kind": "bank",
    "name_kk": "«Үлгі Банк» АҚ",
    "name_ru": "АО «Образец Банк»",
    "name_en": "Sample Bank JSC",
    "email": "security@sample-bank.example",
    "reporting_phone": "+77010000000",
    "served_by": "",
    "contacts": "Үлгі Адам; duty officer; +77010000001; duty@sample-bank.example\nSecond Sample",
    "inventory": "software; F5; nginx; 1.22\nhardware; Example; Firewall 9",
}


def said(answer: Any) -> str:
    """The page's words."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def head(enlist: Any, signed_in: Any) -> Client:
    """The browser of the head of the centre."""
    opened: Client = signed_in(enlist("centre-head"))
    return opened


@pytest.mark.clause("R67.3.2")
def test_the_head_connects_an_institution_and_its_profile_says_everything(head: Client, django_hub: Any) -> None:
    soc = django_hub.add_organisation(7, kind="soc")
    made = head.post("/members/connect/", PROFILE | {"served_by": str(soc)}, follow=True)
    assert made.status_code == 200, said(made)
    page = said(made)
    for words in (
        "«Үлгі Банк» АҚ",
        "АО «Образец Банк»",
        "Sample Bank JSC",
        "000140000012",
        "+77010000000",
        "security@sample-bank.example",
        "Үлгі Адам duty officer +77010000001 duty@sample-bank.example",
        "Second Sample",
        "F5 nginx 1.22 software",
        "Example Firewall 9 — hardware",
        "en Bank 7",
        "bound to install one (R67.7)",
    ):
        assert words in page, words
    assert "No module, and it is bound to have one (R67.7)" in said(head.get("/members/"))


@pytest.mark.clause("R67.3.2")
def test_a_profile_that_cannot_be_is_refused_at_the_field_and_nothing_is_kept(head: Client, django_hub: Any) -> None:
    for changed, words in (
        ({"bin": "000140000013"}, "This BIN cannot exist"),
        ({"reporting_phone": "8 701 000"}, "This cannot be so"),
        ({"contacts": "A; b; not-a-phone"}, "Line 1 is not of this form"),
        ({"inventory": "software; F5; nginx\nthing; X; Y"}, "Line 2 is not of this form"),
        ({"inventory": "software; a; b; c; d"}, "Line 1 is not of this form"),
        ({"name_kk": ""}, "This field is required"),
    ):
        answer = head.post("/members/connect/", PROFILE | changed)
        assert answer.status_code == 422, changed
        assert words in said(answer), (changed, said(answer))
    assert django_hub.rows("SELECT 1 FROM organisation WHERE bin = '000140000012'") == []


@pytest.mark.clause("R67.3.2")
def test_the_head_changes_a_profile_and_bin_and_kind_stay(head: Client, django_hub: Any) -> None:
    head.post("/members/connect/", PROFILE)
    ((key,),) = django_hub.rows("SELECT id FROM organisation WHERE bin = '000140000012'")
    form = head.get(f"/members/{key}/edit/").content.decode()
    assert "duty officer; +77010000001" in form
    changed = PROFILE | {"name_en": "Renamed Bank JSC", "bin": "000140000022", "kind": "mfo"}
    assert head.post(f"/members/{key}/edit/", changed).status_code == 302
    assert django_hub.rows("SELECT name_en, bin, kind FROM organisation WHERE id = %s", key) == [
        ("Renamed Bank JSC", "000140000012", "bank")
    ]


@pytest.mark.clause("R67.3.2")
def test_a_code_is_shown_once_and_kept_nowhere(head: Client, django_hub: Any) -> None:
    bank = django_hub.add_organisation(3)
    answer = head.post(f"/members/{bank}/modules/add/", {"name": "head office"})
    (code,) = set(re.findall(r"QRG1(?:-[A-Z0-9]+)+", answer.content.decode()))
    assert "no-store" in answer.headers["Cache-Control"]
    assert django_hub.rows("SELECT digest FROM enrolment_code") == [(code_digest(code),)]
    assert code not in head.get(f"/members/{bank}/").content.decode()
    twice = head.post(f"/members/{bank}/modules/add/", {"name": "head office"})
    assert "has a module of this name already" in said(twice)
    ((module,),) = django_hub.rows("SELECT id FROM module")
    other = head.post(f"/members/modules/{module}/code/").content.decode()
    assert code not in other
    assert django_hub.rows("SELECT count(*) FROM enrolment_code WHERE expires_at > now()") == [(1,)]


@pytest.mark.clause("R67.3.2")
def test_a_module_is_revoked_only_with_a_reason_which_the_audit_trail_keeps(
    head: Client, intake: Any, a_signal: Any
) -> None:
    sender = intake.enrol()
    address = f"/members/modules/{sender.module}/revoke/"
    assert "this cannot be undone" in said(head.get(address))
    assert head.post(address, {"reason": " "}).status_code == 422
    assert sender.send([a_signal(1)]).status_code == 200
    assert head.post(address, {"reason": "the machine was lost"}).status_code == 302
    assert sender.send([a_signal(2)]).status_code == 403
    trail = said(head.get("/audit/"))
    assert "Revoked a module" in trail
    assert "the machine was lost" in trail


def test_an_institution_is_suspended_and_taken_back_on_with_reasons(head: Client, django_hub: Any) -> None:
    bank = django_hub.add_organisation(3)
    state = "SELECT state FROM organisation WHERE id = %s"
    assert head.post(f"/members/{bank}/state/", {"reason": "contract ended"}).status_code == 302
    assert django_hub.rows(state, bank) == [("suspended",)]
    assert "is suspended" in said(head.get(f"/members/{bank}/"))
    assert head.post(f"/members/{bank}/modules/add/", {"name": "x"}).status_code == 422
    assert head.post(f"/members/{bank}/state/", {"reason": "renewed"}).status_code == 302
    assert django_hub.rows(state, bank) == [("connected",)]


@pytest.mark.clause("R67.3.2")
def test_the_last_heartbeat_is_told_source_by_source(head: Client, intake: Any) -> None:
    sender = intake.enrol()
    at = datetime.now(UTC).isoformat()
    heartbeat = Heartbeat(
        version="0.9.1",
        at=at,
        read=5_200,
        sent=100,
        spooled=5_000,
        ignored={"no-rule": 60, "internal": 30},
        quarantined=10,
        sources=(SourceStatus(name="waf-log", read=5_200, quarantined=10, last_read_at=at),),
    )
    assert sender.send_json(HEARTBEATS_PATH, msgspec.json.encode(heartbeat)).status_code == 200
    page = said(head.get(f"/members/{sender.organisation}/")).replace("\xa0", " ")
    for words in ("Catching up", "0.9.1", "waf-log 5 200 10", "read 5 200 = sent 100 + waiting 5 000 + no signals 90"):
        assert words in page, words


@pytest.mark.clause("R67.3.8")
def test_a_source_that_fell_silent_is_shown_by_kind_and_product_and_written_down_once(
    head: Client, intake: Any, django_hub: Any
) -> None:
    sender = intake.enrol()
    at = datetime.now(UTC).isoformat()
    source = SourceStatus(
        name="0a1b2c3d", read=9, quarantined=0, kind="file", product="Suricata", alarm="silent", alarm_since=at
    )
    heartbeat = Heartbeat(
        version="0.9.1", at=at, read=9, sent=9, spooled=0, ignored={}, quarantined=0, sources=(source,)
    )
    assert sender.send_json(HEARTBEATS_PATH, msgspec.json.encode(heartbeat)).status_code == 200
    assert sender.send_json(HEARTBEATS_PATH, msgspec.json.encode(heartbeat)).status_code == 200
    page = said(head.get(f"/members/{sender.organisation}/"))
    assert "file · Suricata" in page
    assert "silent since" in page
    assert "0a1b2c3d" not in page
    written = "SELECT detail FROM hub_journal WHERE act = 'module.source-alarmed' AND organisation_id = %s"
    ((detail,),) = django_hub.rows(written, sender.organisation)
    assert detail == {"sources": [{"kind": "file", "product": "Suricata", "alarm": "silent", "since": at}]}


def test_a_module_that_fell_silent_is_said_to_be() -> None:
    from qorgan.hub.members.health import Health, health_of  # noqa: PLC0415 (Django is set up only now)

    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    lately, long_ago = now - timedelta(seconds=100), now - timedelta(seconds=200)
    assert health_of("enrolled", lately, None, now) is Health.SENDING
    assert health_of("enrolled", long_ago, None, now) is Health.SILENT
    assert health_of("enrolled", None, None, now) is Health.SILENT
    assert health_of("enrolled", lately, {"stopped_reading": "disk full", "spooled": 5000}, now) is Health.NOT_READING
    assert health_of("enrolled", lately, {"spooled": 5000}, now) is Health.BEHIND
    assert health_of("awaiting-enrolment", None, None, now) is Health.AWAITING
    assert health_of("revoked", lately, None, now) is Health.REVOKED


@pytest.mark.clause("R67.4")
def test_the_auditor_reads_who_read_what_and_finds_it_by_act_and_institution(
    enlist: Any, signed_in: Any, intake: Any, a_signal: Any
) -> None:
    sender, other = intake.enrol(), intake.enrol(name="other")
    for one in (sender, other):
        one.send([a_signal(1)])
    analyst = signed_in(enlist("centre-analyst"))
    for one in (sender, other):
        analyst.get(f"/signals/{one.module}/1/")
    analyst.get("/search/?address=203.0.113.0/24")
    auditor = signed_in(enlist("auditor"))
    trail = said(auditor.get("/audit/"))
    assert trail.count("Read a signal en Bank") == 2
    assert "Searched signals — address 203.0.113.0/24" in trail
    reads = said(auditor.get(f"/audit/?act=signals.read&organisation={sender.organisation}"))
    assert f"{sender.module}/1" in reads
    assert f"{other.module}/1" not in reads
    assert "Nothing meets these conditions" in said(auditor.get("/audit/?act=role.taken"))


@pytest.mark.clause("R67.4")
def test_an_institution_learns_that_the_centre_read_it_and_not_who(
    enlist: Any, signed_in: Any, intake: Any, a_signal: Any
) -> None:
    sender, other = intake.enrol(), intake.enrol(name="other")
    for one in (sender, other):
        one.send([a_signal(1)])
    analyst = enlist("centre-analyst")
    browser = signed_in(analyst)
    for one in (sender, other):
        browser.get(f"/signals/{one.module}/1/")
    security = signed_in(enlist("head-of-security", organisation=sender.organisation))
    trail = said(security.get("/audit/"))
    assert "an employee of the sectoral centre Read a signal" in trail
    assert f"Person {analyst.id}" not in trail
    assert f"{sender.module}/1" in trail
    assert other.module not in trail


def test_the_trail_is_paged_without_loss(head: Client, django_hub: Any) -> None:
    with psycopg.connect(django_hub.superuser, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO hub_journal (at, act, object, detail) SELECT now() - n * interval '1 second', "
            "'person.added', 'entry-' || n, '{}' FROM generate_series(1, 250) AS n"
        )
    seen: list[str] = []
    address = "/audit/?act=person.added"
    while address:
        page = head.get(address).content.decode()
        seen += re.findall(r"entry-\d+", re.sub(r"title=\"[^\"]*\"", "", page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/audit/{unescape(older[1])}" if older else ""
    assert len(seen) == len(set(seen)) == 250
