"""Suricata EVE: every field of an alert finds its place; every other type is counted and not decoded."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law.severity import Severity
from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.base import read_each
from qorgan.module.formats.reading import FORMATS
from qorgan.wire.signal import Action
from tests.module.formats.golden import examples

EVE = FORMATS["eve"]
LINES = examples("eve.ndjson")


def alert(**changes: object) -> dict[str, object]:
    record: dict[str, object] = {
        "timestamp": "2026-03-02T09:00:00.000000+0500",
        "flow_id": 1,
        "event_type": "alert",
        "src_ip": "203.0.113.1",
        "dest_ip": "198.51.100.1",
        "proto": "TCP",
        "alert": {"action": "allowed", "signature_id": 7, "signature": "EXAMPLE", "category": "", "severity": 2},
    }
    return record | changes


def read(record: object) -> Event:
    found = EVE.read(record if isinstance(record, bytes) else json.dumps(record, ensure_ascii=False).encode())
    assert isinstance(found, Event)
    return found


@pytest.mark.clause("R67.8.1")
def test_an_alert_on_a_web_request_keeps_rule_ends_request_technique_and_verdict() -> None:
    event = read(LINES[0])
    assert (event.vendor, event.product, event.kind) == ("OISF", "Suricata", "alert")
    assert (event.rule_id, event.rule_name) == ("9000101", "EXAMPLE WEB_SERVER Template injection in query")
    assert event.category == "web application attack"
    assert (event.severity, event.action) == (Severity.CRITICAL, Action.BLOCKED)
    assert (event.source_address, event.source_port) == ("203.0.113.77", 51334)
    assert (event.destination_address, event.destination_port) == ("198.51.100.10", 443)
    assert (event.protocol, event.application) == ("tcp", "http")
    assert (event.host, event.path) == ("ib.bank.example", "/login?next=%7B%7B7*7%7D%7D")
    assert event.techniques == ("T1190",)
    assert event.time == datetime(2026, 3, 2, 4, 14, 5, 120417, tzinfo=UTC)
    assert event.more["alert.metadata.attack_target"] == "Server"
    assert event.record == LINES[0].decode()


@pytest.mark.clause("R67.8.1")
def test_a_name_that_was_asked_for_is_found_in_all_three_shapes_of_the_dns_part() -> None:
    assert read(LINES[2]).domain == "cnc.malware.example"
    assert read(alert(dns={"query": [{"type": "query", "rrname": "two.example"}]})).domain == "two.example"
    assert read(alert(dns={"type": "query", "rrname": "One.Example."})).domain == "one.example"


def test_a_mail_alert_keeps_sender_subject_file_and_its_digests() -> None:
    event = read(LINES[3])
    assert event.mail_sender == "Invoice Desk <pay@mail.example>"
    assert (event.mail_subject, event.file_name) == ("Invoice", "invoice.exe")
    assert {each.algorithm: each.value[:8] for each in event.hashes} == {"sha256": "01234567", "md5": "01234567"}
    assert (event.source_address, event.severity) == ("2001:db8::66", Severity.LOW)


def test_the_name_in_a_tls_greeting_is_the_domain() -> None:
    assert read(LINES[4]).domain == "pay.example"
    assert read(LINES[4]).severity is Severity.INFORMATIONAL


def test_the_end_that_the_signature_names_as_attacked_is_the_destination() -> None:
    body = alert()["alert"] | {"source": {"ip": "198.51.100.1", "port": 5}, "target": {"ip": "203.0.113.1", "port": 6}}
    event = read(alert(alert=body))
    assert (event.source_address, event.source_port) == ("198.51.100.1", 5)
    assert (event.destination_address, event.destination_port) == ("203.0.113.1", 6)


def test_a_packet_dropped_by_verdict_counts_as_blocked_although_the_rule_allowed_it() -> None:
    assert read(alert(verdict={"action": "drop"})).action is Action.BLOCKED


def test_a_request_through_a_proxy_gives_its_host_from_the_url() -> None:
    event = read(alert(http={"url": "http://user@evil.example:8080/a?b=1"}))
    assert (event.host, event.path) == ("evil.example", "/a?b=1")


@pytest.mark.parametrize(
    ("record", "reason"),
    [(LINES[1], "eve flow"), (LINES[5], "eve stats"), (b'{"flow_id":1,"event_type":"newer"}', "eve of another type")],
)
def test_other_types_are_ignored_by_their_names(record: bytes, reason: str) -> None:
    assert EVE.read(record) == Ignored(reason)


def test_reading_many_counts_by_type_and_keeps_the_indexes_of_alerts() -> None:
    readings = EVE.read_all(LINES)
    assert [index for index, _ in readings.events] == [0, 2, 3, 4]
    assert readings.ignored == Counter({"eve flow": 1, "eve stats": 1})
    assert not readings.unreadable


@pytest.mark.parametrize(
    "record",
    [
        b'{"timestamp":"x","data":{"event_type":"flow","a":1},"rule":{"level":3}}',
        b'{"timestamp":"2026-03-02T09:00:00","event_type":"flow","src_i',
        b'{"event_type":"HTTP_REQUEST","message":"of another product"}',
        b'{"event_type":"alert","alert":"text"}',
        b"no JSON at all",
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_not_eve_or_was_cut_is_unreadable_and_the_reason_repeats_none_of_it(record: bytes) -> None:
    readings = EVE.read_all([record])
    [(index, reason)] = readings.unreadable
    assert index == 0
    assert "src_i" not in reason
    with pytest.raises(Unreadable):
        EVE.read(record)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: b"\xef\xbb\xbf" + line,
        lambda line: line + b"\r",
        lambda line: line + b"\\r\\n",
        lambda line: b"<134>Mar  2 09:00:00 sensor-1 suricata[17]: " + line,
        lambda line: b"<134>1 2026-03-02T09:00:00+05:00 sensor-1 suricata 17 - - " + line,
        lambda line: b"some words before it " + line,
        lambda line: line.replace(b'"rev":3', b'"rev":3,"rev":4'),
        lambda line: line.replace(b"curl", b"cu\xffrl"),
        lambda line: line.replace(b"curl", b"cu\\ud800rl"),
        lambda line: line.replace(b'"src_port":51334', b'"src_port":"51334"'),
        lambda line: b"\0\0\0" + line,
    ],
)
def test_an_alert_survives_what_happens_to_lines_on_their_way(spoil: object) -> None:
    event = EVE.read_all([spoil(LINES[0])]).events[0][1]
    assert (event.rule_id, event.source_address) == ("9000101", "203.0.113.77")
    event.record.encode()
    assert "\ud800" not in event.more["http.http_user_agent"]


def test_control_characters_do_not_get_through() -> None:
    event = read(alert(http={"hostname": "a.example", "url": "/x\u0000\n\u202ey"}))
    assert event.path == "/x y"


def test_a_time_without_zone_is_of_the_sources_zone() -> None:
    event = read(alert(timestamp="2026-03-02T09:00:00.000000"))
    assert event.time is not None
    assert event.time.utcoffset() == timedelta(hours=5)
    assert read(alert(timestamp="2026-03-02T09:00:00-0330")).time == datetime(
        2026, 3, 2, 9, tzinfo=timezone(-timedelta(hours=3, minutes=30))
    )


KINDS = st.sampled_from(["alert", "flow", "dns", "http", "http2", "ftp", "ftp_data", "odd", 5, None])


@given(st.lists(st.fixed_dictionaries({"flow_id": st.integers(0, 9)}, optional={"event_type": KINDS})))
def test_the_quick_way_agrees_with_reading_one_by_one(records: list[dict[str, object]]) -> None:
    whole = [alert() | each if each.get("event_type") == "alert" else each for each in records]
    lines = [json.dumps(each, separators=(",", ":")).encode() for each in whole]
    assert EVE.read_all(lines) == read_each(EVE, lines)
