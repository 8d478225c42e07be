"""key=value in its dialects, LEEF, rows, JSON and XML: what is written comes out, and no text keeps a reader busy."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Event, Ignored, Outcome, Unreadable
from qorgan.module.formats.csv_any import HEADER
from qorgan.module.formats.json_fields import MOST_LEAVES, leaves_of
from qorgan.module.formats.key_value_text import pairs_in
from qorgan.module.formats.moment import DEFAULT_ZONE, times_in
from qorgan.module.formats.reading import Reader, formats_in
from qorgan.module.formats.xml_text import xml_leaves
from qorgan.module.formats.zeek import HEADER as ZEEK_HEADER
from qorgan.wire.signal import Action
from tests.module.formats.golden import examples

OURS = ("leef", "key-value", "csv", "json", "ecs", "ocsf", "zeek", "xml")
NAMES = st.from_regex(r"[a-z][a-z_]{2,12}", fullmatch=True)
PLAIN = st.from_regex(r"[A-Za-z0-9.:/]{1,20}", fullmatch=True)
LARGE = 250_000
SECONDS = 4.0
"""Far more than any of our readers needs for one record on a slow machine."""


def event(record: str | bytes) -> Event:
    found = Reader().read(record if isinstance(record, bytes) else record.encode())
    assert isinstance(found, Event)
    return found


@pytest.mark.parametrize("kind", ["TRAP-SWEEP", "TRAP_SWEEP", "TRAPSWEEP", "TrapSweep"])
def test_words_behind_structured_data_are_its_message_and_a_word_of_the_header_its_kind(kind: str) -> None:
    found = event(
        f'<133>1 2026-03-02T09:14:07Z l-1 lured 8 {kind} [x@32473 src="198.51.100.7" level="warn" n="3"] Traps were hit'
    )
    assert (found.kind, found.message) == (kind.lower(), "Traps were hit")


def test_what_stands_between_bars_without_a_name_is_a_title_or_two_ends() -> None:
    found = event(
        "2026-03-02 09:14:07 s-1 FX/2 | ALERT | id=FX-77 rev=2 | Web console buffer overflow attempt | class=exploit"
        " | 198.51.100.7:50213 -> 203.0.113.10:8443/tcp | if=eth2 | verdict=dropped"
    )
    assert (found.rule_name, found.kind) == ("Web console buffer overflow attempt", "exploit")
    assert (found.source_address, found.destination_address, found.destination_port) == (
        "198.51.100.7",
        "203.0.113.10",
        8443,
    )


def test_a_value_in_guillemets_has_no_quotation_marks() -> None:
    found = event("оқиға=дабыл атауы=«Порттарды сканерлеу, желіде» көз=198.51.100.7 деңгейі=жоғары")
    assert found.more["атауы"] == "Порттарды сканерлеу, желіде"


def test_leef_has_names_in_any_letters() -> None:
    found = event("LEEF:2.0|Example|Guard|1|A-1|^|src=198.51.100.7^имяПолитики=Вход^ошибок=38^период=600 с")
    assert found.more["имяПолитики"] == "Вход"
    assert found.more["counted.failures"] == "38"


def test_a_sentence_with_a_colon_among_pairs_is_the_message() -> None:
    found = event(
        "2026-03-02 09:14:07 | GUARD | Level: high | Many doors were tried: host 192.0.2.9 knocked on 40 of them"
        " | Protocol: TCP | State: new"
    )
    assert "Many doors were tried: host 192.0.2.9 knocked on 40 of them" in found.message
    assert found.protocol == "tcp"


def test_xml_may_have_names_in_any_script() -> None:
    found = event(
        '<Событие номер="7"><Агент узел="PC-7"/><Угроза>Example.A</Угроза><Важность>высокая</Важность></Событие>'
    )
    assert (found.format, found.rule_name, found.severity) == ("xml", "Example.A", Severity.HIGH)


@pytest.mark.clause("R67.7")
@given(st.dictionaries(NAMES, PLAIN, min_size=3, max_size=12), st.sampled_from([" ", ", ", "; ", "|", "\t"]))
def test_pairs_come_out_as_they_were_written(pairs: dict[str, str], between: str) -> None:
    assert pairs_in(between.join(f"{name}={value}" for name, value in pairs.items())).pairs == pairs


@given(st.dictionaries(NAMES, st.text("ab \\',;|[]{}", max_size=20), min_size=3, max_size=8))
def test_quoted_values_may_hold_what_parts_pairs(pairs: dict[str, str]) -> None:
    written = " ".join('{}="{}"'.format(name, value.replace("\\", "\\\\")) for name, value in pairs.items())
    assert pairs_in(written).pairs == pairs


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("a=1 msg=two words here b=3", {"a": "1", "msg": "two words here", "b": "3"}),
        ('action:"Drop"; src:"192.0.2.1"; note:"a; b"', {"action": "Drop", "src": "192.0.2.1", "note": "a; b"}),
        ("Risk name: Some Risk,User: o,Count: 2", {"Risk name": "Some Risk", "User": "o", "Count": "2"}),
        ("User Name=x, IP Address=192.0.2.1, Step=1", {"User Name": "x", "IP Address": "192.0.2.1", "Step": "1"}),
        ('path="C:\\dir\\" user="o" act="x"', {"path": "C:\\dir\\", "user": "o", "act": "x"}),
        ('say="he said \\"no\\" twice" b="2" c=\'3 4\'', {"say": 'he said "no" twice', "b": "2", "c": "3 4"}),
        ('a=1 b="never closed c=3 d=4', {"a": "1", "b": '"never closed', "c": "3", "d": "4"}),
        ("a=1 b=2 a=3", {"a": "1", "b": "2"}),
        ("[N-1] [a=(5)x.jsp (y)], [t=14:22], [p=80]", {"a": "(5)x.jsp (y)", "t": "14:22", "p": "80"}),
        ("a=1 b=[2] c=3", {"a": "1", "b": "[2]", "c": "3"}),
        ("%G-1: Src: 192.0.2.1, Dst: b, Act: c, To: d", {"Src": "192.0.2.1", "Dst": "b", "Act": "c", "To": "d"}),
        ("%G-1: Src: x y: z, Dst: b, Act: c, To: d", {"Dst": "b", "Act": "c", "To": "d"}),
        ("words without any pair", {}),
    ],
)  # fmt: skip
def test_dialects_of_pairs_are_told_apart(text: str, pairs: dict[str, str]) -> None:
    assert pairs_in(text).pairs == pairs


@pytest.mark.clause("R67.8.1")
def test_leef_of_both_versions_is_read_with_whatever_delimiter() -> None:
    first, second, third = (event(record) for record in examples("leef.log"))
    assert (first.vendor, first.product, first.rule_id, first.action) == ("Example", "Guard", "IPS-77", Action.BLOCKED)
    assert (first.severity, first.source_port, first.user) == (Severity.CRITICAL, 51544, "operator")
    assert (second.host, second.path, second.rule_name) == ("www.bank.example", "/a?b=1", "Example signature")
    assert (third.activity, third.outcome, third.user) == (Activity.SIGN_IN, Outcome.FAILURE, "operator")


@pytest.mark.parametrize("delimiter", ["x7C", "0x7c", "|", "\\t", ""])
def test_a_delimiter_of_leef_may_be_a_letter_or_a_number(delimiter: str) -> None:
    between = "\t" if delimiter in {"\\t", ""} else "|"
    record = f"LEEF:2.0|Example|Guard|1|E1|{delimiter}|src=192.0.2.1{between}dst=192.0.2.2{between}sev=8"
    assert (event(record).source_address, event(record).destination_address) == ("192.0.2.1", "192.0.2.2")


def test_a_header_cut_before_its_event_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        formats_in(times_in(DEFAULT_ZONE))["leef"].read(b"LEEF:1.0|Example|Guard")


def test_a_header_line_names_the_columns_of_the_rows_that_follow() -> None:
    readings = Reader().read_all(
        [
            b"time,src_ip,dst_ip,dst_port,action,threat_name",
            b'2026-03-02T09:14:07+05:00,198.51.100.9,10.0.0.20,443,blocked,"Example, exploit"',
            b'{"event":"login","user":"operator","result":"failed"}',
            b"2026-03-02T09:14:08+05:00,198.51.100.8,10.0.0.20,443,allowed,",
        ]
    )
    first, login, second = (found for _, found in readings.events)
    assert readings.ignored == {HEADER: 1}
    assert (first.rule_name, first.action, first.activity) == ("Example, exploit", Action.BLOCKED, Activity.FINDING)
    assert (login.format, second.source_address) == ("json", "198.51.100.8")


def test_zeeks_rows_are_read_by_their_fields_line_and_a_notice_even_without() -> None:
    rows = [
        b"#separator \\x09",
        b"#path\tconn",
        b"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state",
        b"1772424847.5\tC1\t198.51.100.9\t51544\t10.0.0.20\t22\ttcp\tREJ",
    ]
    readings = Reader().read_all(rows)
    assert readings.ignored == {ZEEK_HEADER: 3}
    (_, connection), *_ = readings.events
    assert (connection.activity, connection.outcome) == (Activity.CONNECTION, Outcome.FAILURE)
    notice = event("198.51.100.9\t-\tScan::Address_Scan\t198.51.100.9 scanned at least 25 hosts\tlocal")
    assert (notice.rule_name, notice.source_address) == ("Scan::Address_Scan", "198.51.100.9")


@pytest.mark.clause("R67.8.3")
def test_json_of_a_product_that_nobody_named_is_read_by_its_names() -> None:
    found = event(examples("json.ndjson")[0])
    assert (found.rule_name, found.machine, found.user) == ("Example.Trojan", "ws-1", "operator")
    assert (found.activity, found.action, found.severity) == (Activity.FINDING, Action.BLOCKED, Severity.HIGH)
    assert [each.algorithm for each in found.hashes] == ["sha256"]


def test_a_record_that_a_cloud_put_into_an_entry_of_its_own_is_read_by_its_own_names() -> None:
    found = event(
        '{"insertId":"a1","logName":"x/threat","jsonPayload":{"name":"Example overflow","severity":"HIGH",'
        '"source_ip_address":"203.0.113.9","destination_ip_address":"10.0.0.1","category":"code-execution"}}'
    )
    assert (found.rule_name, found.source_address) == ("Example overflow", "203.0.113.9")


def test_json_behind_a_syslog_header_and_words_is_read() -> None:
    found = event(examples("json.ndjson")[1])
    assert (found.activity, found.outcome, found.source_address) == (Activity.SIGN_IN, Outcome.FAILURE, "198.51.100.9")


def test_a_record_of_another_product_inside_json_is_read_as_that_ones() -> None:
    found = event(examples("json.ndjson")[2])
    assert (found.vendor, found.rule_id, found.action) == ("Example", "100", Action.BLOCKED)
    assert found.machine == "relay-1"


def test_of_repeated_keys_the_last_counts_and_lists_of_names_and_values_are_unrolled() -> None:
    assert event('{"event":"login","result":"ok","result":"failed","user":"o"}').outcome is Outcome.FAILURE
    assert leaves_of({"p": [{"name": "ip", "value": "192.0.2.1"}, {"name": "ok", "boolValue": True}]}) == {
        "p.ip": "192.0.2.1",
        "p.ok": "true",
    }


@pytest.mark.parametrize("key", ["label", "field", "title", "name", "key", "Label"])
def test_fields_in_a_list_of_labels_and_values_are_fields_and_may_be_lists(key: str) -> None:
    listed = [{key: "threat type", "value": "spyware"}, {key: "port", "value": 443}, {key: "CVE", "value": ["a", "b"]}]
    assert leaves_of({"msg": {"values": listed}}) == {
        "msg.values.threat type": "spyware",
        "msg.values.port": "443",
        "msg.values.CVE": "a; b",
    }


def test_a_list_of_labels_with_objects_for_values_is_read_by_its_paths() -> None:
    listed = [{"label": "a", "value": {"deep": 1}}, {"label": "b", "value": "2"}]
    assert leaves_of({"x": listed}) == {"x.label": "a; b", "x.value": "2", "x.value.deep": "1"}


def test_the_fields_of_a_list_are_bounded() -> None:
    long = "y" * 99_999
    listed: list[object] = [{"label": long[:999] + str(number), "value": long} for number in range(99_999)]
    found = leaves_of({"values": [*listed[:3], {"label": "many", "value": ["z"] * 99_999}]})
    assert all(len(name) < 99 and len(value) <= 4_096 for name, value in found.items())
    assert len(leaves_of({"values": listed})) <= MOST_LEAVES


def test_depth_and_number_of_json_are_bounded() -> None:
    deep: object = "leaf"
    for _ in range(300):
        deep = {"a": deep}
    assert leaves_of({"x": "1", "deep": deep}) == {"x": "1"}
    assert len(leaves_of({str(number): {"a": 1} for number in range(100_000)})) <= MOST_LEAVES


@pytest.mark.clause("R67.8.3")
def test_xml_is_read_by_its_paths_and_an_element_by_the_name_it_is_given() -> None:
    found = event(examples("xml.log")[0])
    assert (found.source_address, found.rule_name, found.action) == ("198.51.100.9", "Example.Trojan", Action.BLOCKED)
    assert xml_leaves('<e><s a="1">x</s><Data Name="IpAddress">192.0.2.1</Data></e>') == {
        "s.a": "1",
        "s": "x",
        "IpAddress": "192.0.2.1",
    }


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a><x>&b;</x><y>1</y></a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a><x>1</x></a>',
        "<a>" * 200 + "</a>" * 200,
        "<a><b>1</b>",
        "<a>&undefined;</a>",
        "no element",
    ],
)
def test_xml_with_entities_types_or_without_end_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        xml_leaves(text)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600), st.sampled_from(OURS))
def test_any_bytes_are_read_or_refused_by_each_format(record: bytes, name: str) -> None:
    reader = formats_in(times_in(DEFAULT_ZONE))[name]
    reader.recognises(record)
    with contextlib.suppress(Unreadable):
        assert isinstance(reader.read(record), Event | Ignored)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.text(max_size=12) | st.sampled_from(["src", "time", "event", "message", "user"]), JSON_VALUES)
)
def test_any_json_object_is_read_or_refused(record: dict[str, object]) -> None:
    reader = formats_in(times_in(DEFAULT_ZONE))["json"]
    with contextlib.suppress(Unreadable):
        assert isinstance(reader.read(json.dumps(record).encode()), Event)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize(
    "piece",
    ['a="', 'a=\\"', "a=", '"', '\\"', 'key:"', "a b c d: ", ", a b", "<a>", '<a b="', '{"a":', '{"a":[', "[",
     ",", "\t", "|", "^a=", "a=b ", "a='", "\\", "Name: x,", "A_B ", "=\u201d", "&amp;", "1.2.3.4 ",
     "::", "T1000.", "-", " "],
)  # fmt: skip
def test_the_largest_record_of_a_spiteful_shape_takes_little_time(name: str, piece: str) -> None:
    heads = {"leef": "LEEF:2.0|a|b|c|d|", "xml": "<r>", "json": '{"x":1,"y":"', "zeek": "A::B\t"}
    record = (heads.get(name, "a=1 b=2 c=3 ") + piece * (LARGE // len(piece))).encode()
    reader = formats_in(times_in(DEFAULT_ZONE))[name]
    begun = time.process_time()
    reader.recognises(record)
    with contextlib.suppress(Unreadable):
        reader.read(record)
    assert time.process_time() - begun < SECONDS


def test_what_is_another_in_every_record_tells_no_rule() -> None:
    """ECS: `event.id` names one event; taken for a rule it would make every failure of one account another's."""
    written = '{"@timestamp":"2026-03-02T09:14:07Z","event":{"category":["authentication"],"id":"%s"}}'
    found = [Reader("ecs").read((written % one).encode()) for one in ("a1", "b2")]
    assert [getattr(one, "rule_id", None) for one in found] == ["", ""]
