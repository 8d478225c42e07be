"""Rows whose columns nobody named, and SNMP traps, say what was found by the shapes and names of their values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Event
from qorgan.module.formats.csv_shape import named_by_shape
from qorgan.module.formats.key_value_text import pairs_in
from qorgan.module.formats.reading import Reader
from qorgan.module.formats.snmp_text import MOST, objects_in
from qorgan.wire.signal import Action


def event(record: str) -> Event:
    read = Reader().read(record.encode())
    assert isinstance(read, Event)
    return read


def test_a_row_with_the_class_of_an_attack_is_read_by_the_shape_of_its_values() -> None:
    found = event(
        '"2026-03-02 09:14:07","Tunnel one two","1","SERVER-OTHER Example certificate overflow attempt","HIGH",'
        '"Attempted User Privilege Gain","TCP","203.0.113.9","33010","192.0.2.4","443","Would Block"'
    )
    assert (found.format, found.activity, found.action) == ("csv", Activity.FINDING, Action.DETECTED)
    assert found.rule_name == "SERVER-OTHER Example certificate overflow attempt"
    assert (found.source_address, found.source_port) == ("203.0.113.9", 33010)
    assert (found.destination_address, found.destination_port) == ("192.0.2.4", 443)
    assert found.severity is Severity.HIGH


def test_a_sentence_beside_the_name_of_a_malicious_code_does_not_take_its_place() -> None:
    found = event("20260302<;>1122<;>WORM_EXAMPLE<;>0<;>4<;>0<;>Scanned by example<;>")
    assert (found.format, found.rule_name, found.message) == ("csv", "WORM_EXAMPLE", "Scanned by example")


def test_a_row_in_which_a_part_of_a_gateway_and_two_ends_stand_is_read_by_shape() -> None:
    row = (
        "2026-03-02 09:14:07\tgate-1\tIPS\thigh\t203.0.113.9\t192.0.2.4\ttcp/3389\tExample remote code execution\tdrop"
    )
    found = event(row)
    assert (found.format, found.category, found.action) == ("csv", "ips", Action.BLOCKED)
    assert (found.rule_name, found.severity) == ("Example remote code execution", Severity.HIGH)
    assert (found.protocol, found.destination_port) == ("tcp", 3389)
    assert named_by_shape(row.replace("IPS", "FW").split("\t")) == {}
    assert named_by_shape(row.replace("192.0.2.4", "-").split("\t")) == {}


def test_back_quotes_part_values_and_a_few_words_may_name_an_attack() -> None:
    found = event("1`0`2`1`2`20260302`09:14:07`3`6`192.0.2.144`3204`198.51.100.7`9101`3003``IPS`1`-1`anomaly scan`")
    assert (found.format, found.category, found.rule_name) == ("csv", "ips", "anomaly scan")
    assert (found.source_port, found.destination_port) == (3204, 9101)
    assert named_by_shape(["a", "b", "c", "IPS", "192.0.2.144", "198.51.100.7", "session closed"]) == {}


def test_a_signature_with_its_number_in_front_and_once_more_by_itself_is_one_between_two_ends() -> None:
    row = ["8", "7121: TCP: Example Header, e.g., Tool", "7121", "ip", "198.51.100.7", "35385", "203.0.113.10", "80"]
    named = named_by_shape(row)
    assert (named["signature_id"], named["signature"]) == ("7121", "TCP: Example Header, e.g., Tool")
    assert named_by_shape([value.replace("203.0.113.10", "-") for value in row]) == {}
    assert named_by_shape(["7121: session of clerk" if ":" in value else value for value in row]) == {}
    assert named_by_shape([value for value in row if value != "7121"]) == {}


def test_a_class_of_malicious_code_says_of_a_file_on_a_disk_what_was_found_there() -> None:
    row = ["1", "\\\\files\\share\\a.exe", "9", "Example", "64", "Malware", "66", "198.51.100.7"]
    named = named_by_shape(row)
    assert (named["classification"], named["file_path"]) == ("Malware", "\\\\files\\share\\a.exe")
    assert named_by_shape(["application/json" if "share" in value else value for value in row]) == {}


def test_one_word_at_a_known_place_is_too_little_to_tell_a_product_by() -> None:
    short = event("Warning,System,2026/03/02 09:14:07,SYSTEM,Host [203.0.113.9] was blocked via [SSH].")
    assert (short.format, short.source_address) == ("text", "203.0.113.9")
    whole = event("1,2026/03/02 09:14:06,01,SYSTEM,auth,0,2026/03/02 09:14:06,,auth-fail,Profile,0,0,general,medium,x")
    assert (whole.format, whole.vendor) == ("csv", "Palo Alto Networks")


@pytest.mark.parametrize(
    "row",
    [
        ["2026-03-02 09:14:07", "PC-0042", "Policy refreshed again", "ok", "1", "2"],
        ["W32.Example!gen", "C:\\a.exe", "1"],
        ["Risk name: W32.Example", "Host: a", "IP: 192.0.2.1", "User: b", "x", "W32.Example!gen"],
        [],
    ],
)
def test_a_row_that_does_not_say_what_was_found_or_is_of_pairs_is_not_told_by_shape(row: list[str]) -> None:
    assert named_by_shape(row) == {}


@given(st.lists(st.text(max_size=40) | st.sampled_from(("W32.Example!gen", "192.0.2.1", "443", "TCP")), max_size=80))
def test_any_row_is_told_or_not(row: list[str]) -> None:
    named = named_by_shape(row)
    assert set(named.values()) <= {value.strip() for value in row}


def test_a_trap_is_known_by_its_name_and_its_objects_by_theirs() -> None:
    found = event(
        "Mar  2 09:14:07 gate snmptrapd[411]: 2026-03-02 09:14:07 fw [UDP: [10.0.0.3]:161->[10.0.0.4]]: "
        "SNMPv2-MIB::snmpTrapOID.0 = OID: EXAMPLE-MIB::exTrapIpsSignature#011EXAMPLE-MIB::exAttackName.1 = STRING: "
        '"Example.Overflow"#011EXAMPLE-MIB::exSrcIp.1 = IpAddress: 203.0.113.9'
    )
    assert (found.rule_name, found.source_address) == ("Example.Overflow", "203.0.113.9")
    assert "ips signature" in found.category


def test_objects_that_are_only_numbers_are_kept_by_their_numbers() -> None:
    objects, begin = objects_in('x: snmpTrapOID.0 enterprises.9.9.383.0.1 enterprises.9.9.383.1.2.4.0 "Example"')
    assert objects == {"snmpTrapOID": "enterprises.9.9.383.0.1", "4.1.9.9.383.1.2.4": "Example"}
    assert begin == len("x: ")


def test_an_object_may_begin_where_the_quoted_value_before_it_ends() -> None:
    objects, _ = objects_in('snmpTrapOID.0 enterprises.9.0.1 enterprises.9.2.4 "A sweep"enterprises.9.2.5 2100')
    assert objects == {"snmpTrapOID": "enterprises.9.0.1", "4.1.9.2.4": "A sweep", "4.1.9.2.5": "2100"}


@given(st.text(max_size=2_000))
def test_any_text_behind_a_trap_is_read(text: str) -> None:
    assert len(pairs_in(f"snmpTrapOID.0 {text}").pairs) <= MOST + 1
