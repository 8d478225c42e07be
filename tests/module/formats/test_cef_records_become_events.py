"""CEF of any vendor, in any syslog header, however it is escaped, cut or spelled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law.severity import Severity
from qorgan.module.event import Event, Unreadable
from qorgan.module.formats.cef_text import take_apart
from qorgan.module.formats.reading import FORMATS, find_format
from qorgan.wire.signal import Action
from tests.module.formats.golden import examples

CEF = FORMATS["cef"]
LINES = examples("cef.log")


def read(record: bytes) -> Event:
    found = CEF.read(record)
    assert isinstance(found, Event)
    return found


@pytest.mark.clause("R67.8.2")
def test_escapes_of_header_and_extension_are_undone() -> None:
    event = read(LINES[0])
    assert (event.vendor, event.product) == ("Example Vendor", "Edge|Guard")
    assert event.rule_name == 'SQL-INJ "UNION SELECT" \\ test'
    assert (event.host, event.path) == ("www.bank.example", "/find?q=1+union+select&x=2")
    assert event.message == "line one line two"
    assert event.more["attack_type"] == "SQL-Injection"
    assert event.more["policy_name"] == "/Common/policy"
    assert (event.severity, event.action, event.count) == (Severity.MEDIUM, Action.BLOCKED, 3)
    assert event.time == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    assert (event.source_address, event.source_port, event.destination_port) == ("203.0.113.70", 40200, 443)
    assert event.category == "web attack"


@pytest.mark.clause("R67.8.3")
def test_an_endpoint_products_record_keeps_machine_user_file_digest_and_technique() -> None:
    event = read(LINES[1])
    assert (event.machine, event.user, event.file_name) == ("WS-0042", "EXAMPLE\\operator", "invoice.exe")
    assert [each.algorithm for each in event.hashes] == ["sha256"]
    assert (event.severity, event.action) == (Severity.CRITICAL, Action.BLOCKED)
    assert event.techniques == ("T1204.002",)
    assert event.time == datetime(2026, 3, 2, 4, 31, tzinfo=UTC)


def test_a_mail_products_record_keeps_the_sender_and_french_words_are_understood() -> None:
    event = read(LINES[2])
    assert (event.mail_sender, event.mail_subject) == ("ceo@spoof.example", "Urgent payment")
    assert (event.action, event.source_address) == (Action.BLOCKED, "203.0.113.71")
    assert event.time == datetime(2026, 3, 2, 6, 32, tzinfo=UTC)


def test_a_doubled_syslog_header_is_taken_off_and_the_inner_time_counts() -> None:
    event = read(LINES[3])
    assert (event.rule_name, event.severity, event.action) == ("Port scan", Severity.MEDIUM, Action.DETECTED)
    assert event.time is not None
    assert (event.time.minute, event.time.second) == (33, 1)


def test_a_header_without_its_mark_is_found() -> None:
    assert find_format(LINES[4]) is CEF
    assert (read(LINES[4]).rule_id, read(LINES[4]).action) == ("1003", Action.BLOCKED)


def test_a_header_cut_short_keeps_what_is_there() -> None:
    event = read(b"CEF:0|Example|Firewall|9|1004")
    assert (event.product, event.rule_id, event.rule_name) == ("Firewall", "1004", "")
    with pytest.raises(Unreadable, match="cut before"):
        CEF.read(b"CEF:0|Example|Fire")


@pytest.mark.parametrize(
    ("word", "grade"),
    [
        ("0", Severity.INFORMATIONAL), ("3", Severity.LOW), ("6", Severity.MEDIUM), ("8", Severity.HIGH),
        ("9", Severity.CRITICAL), ("10", Severity.CRITICAL), ("40", Severity.MEDIUM), ("Very-High", Severity.CRITICAL),
        ("low", Severity.LOW), ("Unknown", Severity.INFORMATIONAL), ("strange", Severity.MEDIUM),
        ("²", Severity.MEDIUM),
    ],
)  # fmt: skip
def test_severities_are_numbers_or_words(word: str, grade: Severity) -> None:
    assert read(f"CEF:0|a|b|1|x|y|{word}|src=203.0.113.1".encode()).severity is grade


@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("blocked", Action.BLOCKED), ("Dropped", Action.BLOCKED), ("denied", Action.BLOCKED),
        ("Quarantined", Action.BLOCKED), ("not blocked", Action.DETECTED), ("quarantine failed", Action.DETECTED),
        ("no action", Action.DETECTED), ("allowed", Action.DETECTED), ("Bloqué", Action.BLOCKED),
        ("Non bloqué", Action.DETECTED), ("Заблокировано", Action.BLOCKED), ("Не заблокировано", Action.DETECTED),
        ("Бұғатталды", Action.BLOCKED), ("Обнаружено", Action.DETECTED), ("", Action.UNKNOWN), ("42", Action.UNKNOWN),
    ],
)  # fmt: skip
def test_what_was_done_is_understood_in_the_languages_products_use(word: str, action: Action) -> None:
    assert read(f"CEF:0|a|b|1|x|y|5|act={word} src=203.0.113.1".encode()).action is action


def test_addresses_that_are_none_and_ports_that_are_none_stay_empty() -> None:
    event = read(b"CEF:0|a|b|1|x|y|5|src=00.00.00.00 dst=componentName spt=xxxx dpt=0 c6a2=2001:DB8::1")
    assert (event.source_address, event.destination_address) == ("2001:db8::1", "")
    assert (event.source_port, event.destination_port) == (None, None)


VALUES = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)


@given(st.lists(VALUES, min_size=6, max_size=6), st.dictionaries(st.from_regex(r"[a-z]{2,9}", fullmatch=True), VALUES))
def test_whatever_is_escaped_by_the_book_comes_back(header: list[str], pairs: dict[str, str]) -> None:
    vendor, *fields = (field.replace("\\", "\\\\").replace("|", "\\|") for field in header)
    extension = " ".join(
        f"{key}={value.replace(chr(92), chr(92) * 2).replace('=', chr(92) + '=')}" for key, value in pairs.items()
    )
    found = take_apart(f"CEF:0|{vendor}|{'|'.join(fields)}|{extension}")
    assert [found.vendor, found.product, found.version, found.class_id, found.name, found.severity] == header
    nothing = {"N/A", "n/a", "null", "(null)", "-", "unknown"}
    assert found.pairs == {key: "" if value in nothing else value for key, value in pairs.items()}
