"""Every line that leaves the module is a signal that the hub's decoder takes, and says no more than it may."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.module.classify.decide import Decision, decide
from qorgan.module.event import Event
from qorgan.module.formats.reading import FORMATS
from qorgan.module.redact.fields import MAX_RECORD, Redactor
from qorgan.module.signal_maker import SignalMaker
from qorgan.wire.record import MAX_LINE, decode
from qorgan.wire.signal import Action, DestinationRole, FileHash, HashAlgorithm, Perimeter, RedactionClass

NOW = 1_772_424_847.0
DECISION = Decision(
    type=SignalType.IDS, pack="p", pack_version="1.0", rule="r", decided_by=("kind=alert",), confidence="high"
)


def maker() -> SignalMaker:
    return SignalMaker(Redactor(b"k" * 32, networks=["203.0.113.0/24"], domains=["bank.example"]), clock=lambda: NOW)


def event(**changes: object) -> Event:
    said = {
        "format": "cef",
        "vendor": "Example",
        "product": "Sensor",
        "record": "CEF:0|Example|Sensor|1|1|n|1|",
        "rule_id": "1",
        "source_address": "198.51.100.7",
        "destination_address": "203.0.113.10",
        "destination_port": 443,
    }
    return Event(**{**said, **changes})


def made(*events: Event) -> list[dict[str, object]]:
    lines, records = maker().make(1, [(each, DECISION) for each in events])
    assert records == len(events)
    return [json.loads(line) for line in lines]


wild = st.text(max_size=40) | st.sampled_from(
    ["", "\0", "\\u0000", "a\\u0000b", "x" * 2000, "\ud800", "ы" * 600, "a b", "host?x", "a@b", "#", "‹", "›", "\n"]
)
records = st.text(max_size=200) | st.sampled_from(["\0" * 9000, '"\\' * 9000, "\x01" * 9000, "Ә" * 20000])
zones = st.builds(timezone, st.timedeltas(timedelta(hours=-23), timedelta(hours=23)))
moments = st.none() | st.datetimes(datetime(1990, 1, 1), timezones=st.none() | st.just(UTC) | zones)  # noqa: DTZ001 (zones are drawn)
digests = st.builds(
    FileHash, algorithm=st.sampled_from(list(HashAlgorithm)), value=st.text("0123456789abcdefG", max_size=70)
)
ports = st.none() | st.integers(-5, 70_000)
events = st.builds(
    Event,
    format=st.sampled_from(["eve", "cef", "wazuh", "modsecurity", "x"]),
    vendor=wild,
    product=wild,
    record=records,
    time=moments,
    rule_id=wild,
    rule_name=wild,
    severity=st.sampled_from(list(Severity)),
    action=st.sampled_from(list(Action)),
    source_address=wild | st.sampled_from(["198.51.100.7", "10.0.0.1", "2001:db8::1", "fe80::1%eth0"]),
    source_port=ports,
    destination_address=wild,
    destination_port=ports,
    protocol=wild | st.sampled_from(["tcp", "6"]),
    application=wild,
    host=wild,
    path=wild,
    domain=wild,
    hashes=st.lists(digests, max_size=20).map(tuple),
    mail_sender=wild,
    user=wild,
    machine=wild,
    techniques=st.lists(wild | st.just("T1059.001"), max_size=20).map(tuple),
    count=st.integers(-1, 2**40),
)
said = st.lists(wild, max_size=20).map(tuple)


@pytest.mark.clause("R67.3.6")
@given(st.lists(st.tuples(events, said), min_size=1, max_size=4))
@settings(max_examples=400, deadline=None)
def test_whatever_an_event_says_the_hub_can_decode_its_line(drawn: list[tuple[Event, tuple[str, ...]]]) -> None:
    items = [(each, Decision(**{**DECISION_FIELDS, "decided_by": words})) for each, words in drawn]
    lines, records = maker().make(41, items)
    assert records == len(items)
    for sequence, line in enumerate(lines, 41):
        assert len(line) <= MAX_LINE
        assert decode(line).sequence == sequence


DECISION_FIELDS = {name: getattr(DECISION, name) for name in DECISION.__struct_fields__}


@pytest.mark.clause("R67.3.6")
def test_equal_events_of_one_flush_become_one_signal_with_a_count() -> None:
    first, last = datetime(2026, 3, 2, 9, 0, tzinfo=UTC), datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    (signal,) = made(
        event(time=last, count=3),
        event(time=first, severity=Severity.CRITICAL),
        event(time=last, severity=Severity.LOW),
    )
    assert signal["count"] == 5
    assert signal["severity"] == "critical"
    assert signal["first_seen"] == "2026-03-02T09:00:00Z"
    assert signal["last_seen"] == "2026-03-02T09:05:00Z"


@pytest.mark.parametrize(
    "other",
    [
        {"rule_id": "2"}, {"source_address": "198.51.100.8"}, {"destination_port": 25}, {"action": Action.BLOCKED},
        {"host": "www.example.com"},
    ],
)  # fmt: skip
def test_events_that_differ_stay_apart(other: dict[str, object]) -> None:
    assert len(made(event(), event(**other))) == 2


def test_an_event_without_a_time_is_of_now() -> None:
    (signal,) = made(event())
    assert signal["first_seen"] == "2026-03-02T04:14:07Z"


def test_identifiers_are_of_version_seven_and_differ() -> None:
    lines, _ = maker().make(1, [(event(rule_id=str(number)), DECISION) for number in range(200)])
    ids = [decode(line).id for line in lines]
    assert len(set(ids)) == 200
    assert {each[14] for each in ids} == {"7"}
    assert {int(each.replace("-", "")[:12], 16) for each in ids} == {int(NOW * 1000)}


@pytest.mark.clause("R67.4")
@pytest.mark.parametrize("inside", ["10.0.0.5", "203.0.113.9", "fd00::5"])
def test_an_inside_source_is_said_by_its_perimeter_and_not_by_its_address(inside: str) -> None:
    (signal,) = made(
        event(source_address=inside, record=f"CEF:0|a|b|1|1|n|1|src={inside}", destination_address="8.8.8.8")
    )
    assert signal["perimeter"] == Perimeter.INTERNAL
    assert "source" not in signal
    assert inside not in json.dumps(signal)
    assert "role" not in signal["destination"]


@pytest.mark.clause("R67.4")
def test_no_inside_name_or_query_leaves() -> None:
    (signal,) = made(
        event(
            host="core.bank.example",
            domain="srv-db01",
            path="/pay/940101300123?token=abc",
            machine="PC-0042",
            user="a.clerk",
            record="a.clerk on PC-0042 asked core.bank.example/pay?token=abc",
            mail_sender="Ivan <i.petrov@mail.example.com>",
        )
    )
    text = json.dumps(signal, ensure_ascii=False)
    for secret in ("core.bank.example", "srv-db01", "940101300123", "abc", "PC-0042", "a.clerk", "i.petrov"):
        assert secret not in text
    assert signal["mail_sender_domain"] == "mail.example.com"
    assert re.fullmatch(r"/pay/‹iin:\w+›", signal["url"]["path"])
    assert signal["redacted"]["iin"] == 1
    assert signal["redacted"]["host"] == 3


@pytest.mark.clause("R67.4")
def test_words_that_decided_and_rule_names_are_redacted_too() -> None:
    leaky = Decision(**{**DECISION_FIELDS, "decided_by": ("message~client 940101300123",)})
    lines, _ = maker().make(1, [(event(rule_name="Sign-in of user=a.clerk failed"), leaky)])
    signal = decode(lines[0])
    assert "940101300123" not in lines[0].decode()
    assert "a.clerk" not in (signal.sensor.rule_name or "")
    assert signal.redacted == {RedactionClass.IIN: 1, RedactionClass.USER: 1}


def test_a_long_record_is_cut_and_says_so() -> None:
    (signal,) = made(event(record="CEF:0|a|b|1|1|n|1|msg=" + "word " * 4000))
    assert len(signal["record"]) <= MAX_RECORD
    assert re.search(r"… \[cut: [0-9,]+ characters more\]$", signal["record"])


@pytest.mark.clause("R67.4")
@given(before=st.integers(MAX_RECORD - 400, MAX_RECORD + 1_200), shrinks=st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_secret_across_the_cut_does_not_leave_in_part(before: int, *, shrinks: bool) -> None:
    # What is removed before it makes the text shorter, and brings what stood beyond the limit within it.
    start = f"token={'a' * 6_000} " if shrinks else ""
    (signal,) = made(event(record=start + "-" * (before - len(start)) + " 4111 1111 1111 1111 " * 2 + "-" * 3_000))
    assert "4111" not in signal["record"]


def test_what_was_removed_is_counted_until_it_is_taken() -> None:
    counting = maker()
    counting.make(1, [(event(record="suser=a.clerk src=10.0.0.9"), DECISION)])
    counting.make(2, [(event(record="suser=b.clerk"), DECISION)])
    assert counting.redacted == {RedactionClass.USER: 2, RedactionClass.HOST: 1}


@pytest.mark.parametrize(
    ("application", "port", "role"),
    [("http", 9999, DestinationRole.WEB), ("", 25, DestinationRole.MAIL), ("", 3389, DestinationRole.REMOTE_ACCESS)],
)
def test_what_was_aimed_at_is_a_role(application: str, port: int, role: DestinationRole) -> None:
    (signal,) = made(event(application=application, destination_port=port))
    assert signal["destination"] == {"role": role.value, "port": port}
    assert signal["perimeter"] == "external"


@pytest.mark.clause("R67.8.1")
def test_a_suricata_alert_becomes_an_intrusion_signal(clean_alert: str) -> None:
    read = FORMATS["eve"].read(clean_alert.encode())
    verdict = decide(read)
    assert isinstance(verdict, Decision)
    lines, _ = maker().make(7, [(read, verdict)])
    signal = decode(lines[0])
    assert signal.type is SignalType.IDS
    assert signal.sensor.product == "Suricata"
    assert signal.classified_by.rule == "suricata-alert"
    assert "category=web application attack" in signal.classified_by.decided_by
    assert signal.redacted == {RedactionClass.HOST: 1}
    assert json.loads(signal.record)["alert"]["signature_id"] == 2034125


@pytest.fixture
def clean_alert() -> str:
    return (
        '{"timestamp":"2026-03-02T09:14:07.000001+0500","flow_id":107,"event_type":"alert","src_ip":"198.51.100.7",'
        '"src_port":40112,"dest_ip":"203.0.113.10","dest_port":80,"proto":"TCP","alert":{"action":"blocked","gid":1,'
        '"signature_id":2034125,"rev":4,"signature":"ET EXPLOIT Traversal","category":"Web Application Attack",'
        '"severity":1},"http":{"hostname":"www.example.com","url":"/cgi-bin/sh"}}'
    )


@pytest.mark.clause("R67.4")
@pytest.mark.parametrize("length", range(8_100, 8_200, 9))
def test_a_record_of_nearly_the_greatest_length_is_taken_with_its_tokens(length: int) -> None:
    record = '{"event_type":"alert","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","alert":{"signature":"X"},"in_iface":"'
    event = FORMATS["eve"].read((record + "e" * (length - len(record) - 2) + '"}').encode())
    decision = decide(event)
    assert isinstance(decision, Decision)
    (line,), _ = SignalMaker(Redactor(bytes(32))).make(1, [(event, decision)])
    assert "10.0.0." not in decode(line).record
