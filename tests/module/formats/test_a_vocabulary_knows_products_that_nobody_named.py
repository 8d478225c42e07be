"""Names that products give to a thing lead to the field that the thing is; values are cleaned by what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Event, Outcome
from qorgan.module.formats.moment import DEFAULT_ZONE, times_in
from qorgan.module.formats.pairs import Sensor, event_of
from qorgan.module.formats.scale import outcome_of, severity_of
from qorgan.module.formats.verdict import action_of
from qorgan.module.formats.vocabulary import normalise, places_of
from qorgan.wire.signal import Action

TIMES = times_in(DEFAULT_ZONE)
FIELDS = st.dictionaries(
    st.one_of(
        st.text(max_size=30), st.sampled_from(["src", "dst", "time", "date", "severity", "count", "action", "url"])
    ),
    st.text(max_size=60),
    max_size=20,
)


def event(**pairs: str) -> Event:
    named = {name.replace("__", "."): value for name, value in pairs.items()}
    return event_of(named, record="", sensor=Sensor(format="json"), times=TIMES)


@pytest.mark.parametrize(
    "name", ["src", "srcip", "source.ip", "sourceAddress", "clientIP", "remote_ip", "SRC_IP", "evidence.0.client-ip"]
)
def test_a_sources_address_is_known_by_all_its_names(name: str) -> None:
    assert places_of(name)[0][0] == "source_address"
    assert event(**{name: "203.0.113.7:443"}).source_address == "203.0.113.7"


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("ACTION_BLOCK", Action.BLOCKED),
        ("ACTION_WOULD_BLOCK", Action.DETECTED),
        ("not_blocked", Action.DETECTED),
        ("NO_ACTION", Action.DETECTED),
        ("auto_block", Action.BLOCKED),
    ],
)
def test_what_would_be_done_or_was_not_is_a_detection_however_the_words_are_joined(words: str, action: Action) -> None:
    assert action_of(words) == action


def test_from_and_to_are_ends_where_addresses_stand_there_and_people_where_mail_does() -> None:
    flow = event(**{"from": "203.0.113.7", "to": "10.0.0.5"})
    assert (flow.source_address, flow.destination_address, flow.mail_sender) == ("203.0.113.7", "10.0.0.5", "")
    mail = event(**{"from": "help@example.com", "to": "clerk@example.kz"})
    assert (mail.source_address, mail.destination_address, mail.mail_sender) == ("", "", "help@example.com")


def test_a_verdict_in_kazakh_or_russian_is_one() -> None:
    told = event(шешім="зиянды код табылды", жіберуші="help@example.com", әрекет="жойылды")
    assert (told.category, told.mail_sender, told.action) == (
        "зиянды код табылды",
        "help@example.com",
        Action.BLOCKED,
    )
    assert event(вердикт="ВИРУС", вложение="a.scr").file_name == "a.scr"


def test_case_and_punctuation_of_a_name_do_not_matter() -> None:
    assert normalise("Source.IP-Address") == normalise("source_ip_address") == "sourceipaddress"


def test_a_name_alone_at_the_top_is_no_other_things_name_below() -> None:
    assert "rule_name" in dict(places_of("title"))
    assert "rule_name" not in dict(places_of("process.title"))


def test_what_is_no_address_is_none() -> None:
    assert event(src="workstation", dst="10.0.0.1").source_address == ""


def test_a_sign_in_is_known_by_its_words_and_how_it_ended() -> None:
    failed = event(eventType="user.session.start", outcome__result="FAILURE", client__ipAddress="203.0.113.9")
    assert (failed.activity, failed.outcome) == (Activity.SIGN_IN, Outcome.FAILURE)
    assert event(event="login", status="success", user="operator").outcome is Outcome.SUCCESS


def test_a_signature_seen_between_two_ends_is_no_sign_in_whatever_its_words() -> None:
    ends = {"src": "203.0.113.9", "spt": "40112", "dst": "198.51.100.2", "dpt": "80"}
    assert event(SignatureMessage="ET HACKTOOL User32LogonProcess", **ends).activity is Activity.FINDING
    assert event(signature="User logon", user="operator", **ends).activity is Activity.SIGN_IN
    assert event(signature="User logon failed", user="operator", src="203.0.113.9").activity is Activity.SIGN_IN


def test_a_weak_place_in_how_people_prove_who_they_are_is_no_sign_in() -> None:
    assert event(name="Example authentication bypass vulnerability").activity is Activity.OTHER
    assert event(threat_name="Example hardcoded credentials vulnerability").activity is Activity.FINDING
    assert event(name="Authentication by password").activity is Activity.SIGN_IN


def test_a_description_that_speaks_of_signing_in_makes_no_sign_in_of_a_threat() -> None:
    said = "Who is not authenticated sends a request and needs no password"
    assert event(threat_type="vulnerability", description=said).activity is Activity.FINDING
    assert event(kind="notice", description=said).activity is Activity.SIGN_IN


def test_a_blocked_connection_failed() -> None:
    blocked = event(type="traffic", srcip="203.0.113.9", dstip="198.51.100.2", dstport="22", proto="6", action="deny")
    assert (blocked.activity, blocked.outcome, blocked.action) == (Activity.CONNECTION, Outcome.FAILURE, Action.BLOCKED)
    assert (blocked.protocol, blocked.destination_port) == ("tcp", 22)


def test_a_found_virus_is_a_finding_and_its_digest_is_kept() -> None:
    found = event(virus="Example/Trojan.A", action="quarantined", file="a.exe", sha256="ab" * 32, ja3_hash="cd" * 16)
    assert (found.activity, found.rule_name, found.file_name) == (Activity.FINDING, "Example/Trojan.A", "a.exe")
    assert [each.value for each in found.hashes] == ["ab" * 32]


def test_a_day_and_a_clock_and_a_zone_are_one_moment() -> None:
    told = event(date="2026-03-02", time="09:14:07", tz="+0500").time
    assert told is not None
    assert told.isoformat() == "2026-03-02T09:14:07+05:00"


@pytest.mark.parametrize(
    ("value", "name", "grade"),
    [
        ("High", "severity", Severity.HIGH),
        ("8.9", "severity", Severity.HIGH),
        ("95", "risk_score", Severity.CRITICAL),
        ("1", "priority", Severity.HIGH),
        ("4", "severity_id", Severity.HIGH),
        ("қызық", "severity", None),
    ],
)
def test_severities_are_graded_by_their_scale(value: str, name: str, grade: Severity | None) -> None:
    assert severity_of(value, name) is grade


def test_a_failure_is_not_taken_for_a_success() -> None:
    assert outcome_of("not successful") is outcome_of("unsuccessful") is outcome_of("Login failed") is Outcome.FAILURE


@given(FIELDS)
def test_whatever_names_and_values_come_there_is_an_event(pairs: dict[str, str]) -> None:
    found = event_of(pairs, record="", sensor=Sensor(format="json"), times=TIMES)
    assert found.count >= 1
    assert found.time is None or found.time.utcoffset() is not None
