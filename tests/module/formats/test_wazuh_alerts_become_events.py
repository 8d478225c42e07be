"""Wazuh: its own alerts, and those in which another product's record is carried."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qorgan.law.severity import Severity
from qorgan.module.event import Event, Unreadable
from qorgan.module.formats.reading import FORMATS, Reader, find_format
from qorgan.wire.signal import Action
from tests.module.formats.golden import examples

WAZUH = FORMATS["wazuh"]
LINES = examples("wazuh.ndjson")


def read(record: bytes) -> Event:
    found = WAZUH.read(record)
    assert isinstance(found, Event)
    return found


@pytest.mark.clause("R67.8.3")
def test_an_alert_of_an_endpoint_keeps_rule_machine_digests_and_technique() -> None:
    event = read(LINES[0])
    assert (event.vendor, event.rule_id, event.severity) == ("Wazuh", "92900", Severity.HIGH)
    assert (event.kind, event.machine) == ("windows_eventchannel", "WS-0042")
    assert event.techniques == ("T1003.001",)
    assert [each.algorithm for each in event.hashes] == ["md5", "sha256"]
    assert event.category == "sysmon; sysmon_eid10_detections; windows"
    assert event.more["win.system.eventID"] == "10"
    assert event.time == datetime(2026, 3, 2, 4, 40, 0, 123_000, tzinfo=UTC)


@pytest.mark.clause("R67.8.1")
def test_a_suricata_alert_inside_stays_suricatas_with_wazuhs_words_added() -> None:
    event = read(LINES[1])
    assert (event.format, event.vendor, event.product) == ("wazuh", "OISF", "Suricata")
    assert (event.rule_id, event.kind, event.severity) == ("9000105", "alert", Severity.HIGH)
    assert (event.source_address, event.source_port, event.destination_port) == ("203.0.113.80", 40300, 445)
    assert event.category == "attempted administrator privilege gain; ids; suricata"
    assert (event.more["rule.id"], event.more["rule.level"]) == ("86601", "3")
    assert event.record == LINES[1].decode()


def test_a_sign_in_alert_keeps_address_and_user() -> None:
    event = read(LINES[2])
    assert (event.source_address, event.source_port, event.user) == ("203.0.113.81", 40301, "test")
    assert (event.more["rule.frequency"], event.severity) == ("8", Severity.MEDIUM)


@pytest.mark.clause("R67.8.2")
def test_a_modsecurity_line_inside_stays_modsecuritys() -> None:
    event = read(LINES[3])
    assert (event.format, event.product, event.rule_id) == ("wazuh", "ModSecurity", "941100")
    assert (event.action, event.source_address, event.path) == (Action.BLOCKED, "203.0.113.82", "/q")
    assert event.machine == "web-1"


def test_a_changed_file_keeps_its_digests() -> None:
    event = read(LINES[4])
    assert event.file_name == "/var/www/html/shell.php"
    assert [each.algorithm for each in event.hashes] == ["md5", "sha1"]


@pytest.mark.parametrize("record", [b"{}", b'{"rule":"x"}', b'{"rule":{"id":"1"}}', b"words", b""])
def test_what_has_no_rule_with_a_level_is_unreadable(record: bytes) -> None:
    with pytest.raises(Unreadable):
        WAZUH.read(record)


def test_a_carried_eve_record_is_not_mistaken_for_eve_itself() -> None:
    assert all(find_format(line) is WAZUH for line in LINES)
    assert all(event.format == "wazuh" for _, event in Reader().read_all(LINES).events)


def test_an_alert_without_decoder_and_manager_is_known_by_its_rule() -> None:
    record = b'{"id":"1.2","rule":{"id":"5710","groups":["sshd"],"level":5},"agent":{"name":"gate-1"},"full_log":"x"}'
    assert find_format(record) is WAZUH
    assert read(record).rule_id == "5710"
    shipped = (
        b'{"agent":{"type":"filebeat"},"log":{"level":"info"},"event_type":"alert","flow_id":1,"alert":{"rule":"x"}}'
    )
    assert find_format(shipped) is FORMATS["eve"]
