"""ModSecurity and Coraza: one event a transaction, led by the rule that decided, in every log they write."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qorgan.law.severity import Severity
from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.reading import FORMATS
from qorgan.wire.signal import Action
from tests.module.formats.golden import examples

MODSECURITY = FORMATS["modsecurity"]
AUDIT = examples("modsecurity.ndjson")
SERIAL = examples("modsecurity_serial.log")
ERRORS = examples("error.log")


def read(record: bytes) -> Event:
    found = MODSECURITY.read(record)
    assert isinstance(found, Event)
    return found


@pytest.mark.clause("R67.8.2")
def test_version_2_json_gives_the_attack_rule_first_and_the_scoring_rule_last() -> None:
    event = read(AUDIT[0])
    assert (event.rule_id, event.rule_name) == ("942100", "SQL Injection Attack Detected via libinjection")
    assert event.more["rules"] == "942100; 913100; 949110"
    assert event.category.startswith("application-multi; attack-sqli; paranoia-level/1; attack-reputation-scanner")
    assert (event.kind, event.severity, event.action) == ("rule", Severity.HIGH, Action.BLOCKED)
    assert event.more["anomaly_score"] == "8"
    assert (event.source_address, event.source_port) == ("203.0.113.44", 40112)
    assert (event.host, event.path) == ("www.bank.example", "/search?q=1%27%20OR%20%271%27=%271")
    assert event.more["x_forwarded_for"] == "203.0.113.99"
    assert event.time == datetime(2026, 3, 2, 4, 20, 11, 418230, tzinfo=UTC)


@pytest.mark.clause("R67.8.2")
def test_version_3_json_is_read_and_its_time_without_zone_is_the_sources() -> None:
    event = read(AUDIT[1])
    assert (event.rule_id, event.action) == ("941110", Action.BLOCKED)
    assert event.rule_name == "XSS Filter - Category 1: Script Tag Vector"
    assert (event.host, event.path, event.destination_port) == ("www.bank.example", "/comment", 80)
    assert event.time == datetime(2026, 3, 2, 4, 21, 12, tzinfo=UTC)
    assert event.product == "ModSecurity"


def test_bodies_are_left_out_of_the_record() -> None:
    assert "%3Cscript%3E" not in read(AUDIT[1]).record
    assert "purpose=" not in read(SERIAL[0]).record
    assert "Host: ib.bank.example" in read(SERIAL[0]).record


@pytest.mark.clause("R67.8.2")
def test_corazas_json_is_read_and_an_engine_that_only_detects_blocked_nothing() -> None:
    event = read(AUDIT[2])
    assert (event.product, event.rule_id, event.action) == ("Coraza", "930110", Action.DETECTED)
    assert (event.host, event.path) == ("files.bank.example", "/download?file=../../../../etc/passwd")
    assert event.category == "attack-lfi; paranoia-level/1"


def test_corazas_line_in_a_servers_json_log_is_read() -> None:
    event = read(AUDIT[3])
    assert (event.product, event.rule_id, event.path) == ("Coraza", "932230", "/run?x=;id")
    assert (event.source_address, event.severity) == ("203.0.113.47", Severity.HIGH)
    assert event.time == datetime(2026, 3, 2, 4, 22, 14, 500_000, tzinfo=UTC)


def test_a_transaction_without_a_message_is_ignored() -> None:
    assert isinstance(MODSECURITY.read(AUDIT[4]), Ignored)


@pytest.mark.clause("R67.8.2")
def test_the_native_serial_form_is_read_and_a_boundary_in_a_body_is_not_believed() -> None:
    assert len(SERIAL) == 2
    event = read(SERIAL[0])
    assert (event.rule_id, event.rule_name) == ("9100001", "SQL comment in payment purpose")
    assert (event.severity, event.action) == (Severity.MEDIUM, Action.BLOCKED)
    assert (event.host, event.path) == ("ib.bank.example", "/transfer?step=2")
    assert (event.more["method"], event.more["status"]) == ("POST", "403")
    assert event.time == datetime(2026, 3, 2, 4, 24, 15, tzinfo=UTC)


def test_version_3s_native_serial_form_is_read() -> None:
    event = read(SERIAL[1])
    assert (event.rule_id, event.action, event.host) == ("941110", Action.DETECTED, "www.bank.example")
    assert (event.source_address, event.path) == ("203.0.113.51", "/?x=<script>")


@pytest.mark.clause("R67.8.2")
def test_apaches_error_log_is_read_and_pairs_inside_attack_data_do_not_rename_the_rule() -> None:
    event = read(ERRORS[0])
    assert (event.rule_id, event.rule_name, event.action) == ("930120", "OS File Access Attempt", Action.DETECTED)
    assert (event.source_address, event.source_port) == ("203.0.113.60", 51300)
    assert event.time == datetime(2026, 3, 2, 4, 25, 1, 123456, tzinfo=UTC)
    assert (event.host, event.path) == ("www.bank.example", "/view")


def test_a_scoring_rule_that_stands_alone_is_an_event_that_says_so() -> None:
    event = read(ERRORS[1])
    assert (event.kind, event.rule_id, event.action) == ("anomaly-evaluation", "949110", Action.BLOCKED)
    assert (event.source_address, event.source_port) == ("2001:db8::7", 51301)


def test_nginxs_error_log_is_read_with_the_request_that_nginx_names() -> None:
    event = read(ERRORS[2])
    assert (event.rule_id, event.source_address) == ("913100", "203.0.113.61")
    assert (event.host, event.path, event.more["method"]) == ("www.bank.example", "/admin/?a=1", "GET")


@pytest.mark.parametrize("line", ERRORS[3:5])
def test_other_lines_of_an_error_log_are_ignored(line: bytes) -> None:
    assert isinstance(MODSECURITY.read(line), Ignored)


@pytest.mark.parametrize(
    "record",
    [
        b"--a1b2c3d4-A--\nno transaction\n--a1b2c3d4-Z--",
        b'{"transaction":1}',
        b"{}",
        b"words",
        b"",
        b'{"transaction":{',
    ],
)
def test_what_is_none_of_these_is_unreadable(record: bytes) -> None:
    with pytest.raises(Unreadable):
        MODSECURITY.read(record)
