"""Windows events say the same whatever shipped them: XML, JSON of many shippers, Snare, plain text."""

from __future__ import annotations

import json
import random
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.module.event import Activity, Event, Outcome, Unreadable
from qorgan.module.formats.moment import DEFAULT_ZONE, times_in
from qorgan.module.formats.reading import find_format
from qorgan.module.formats.windows.known import known_events
from qorgan.module.formats.windows.reader import Windows

TESTS = list({str(line): line for kinds in known_events().values() for each in kinds for line in each.test}.values())
DATA = {
    "TargetUserName": "clerk",
    "Status": "0xc000006d",
    "SubStatus": "0xc000006a",
    "IpAddress": "203.0.113.9",
    "IpPort": "40022",
}
PROVIDER = "Microsoft-Windows-Security-Auditing"
TEXT = (
    "An account failed to log on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\t-\r\n\r\n"
    "Account For Which Logon Failed:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\tclerk\r\n\r\n"
    "Network Information:\r\n\tSource Network Address:\t203.0.113.9\r\n\tSource Port:\t\t40022\r\n"
)
SHIPPED = {
    "winlogbeat": json.dumps(
        {
            "winlog": {
                "event_id": 4625,
                "channel": "Security",
                "provider_name": PROVIDER,
                "computer_name": "dc",
                "event_data": DATA,
            }
        }
    ),
    "nxlog": json.dumps({"EventID": 4625, "SourceName": PROVIDER, "Channel": "Security", "Hostname": "dc", **DATA}),
    "wazuh agent": json.dumps(
        {
            "win": {
                "system": {"eventID": "4625", "providerName": PROVIDER, "channel": "Security", "computer": "dc"},
                "eventdata": DATA,
            }
        }
    ),
    "xml turned json": json.dumps(
        {
            "Event": {
                "System": {
                    "Provider": {"Name": PROVIDER},
                    "EventID": {"text": "4625", "Qualifiers": "0"},
                    "Channel": "Security",
                    "Computer": "dc",
                },
                "EventData": {"Data": [{"Name": name, "text": value} for name, value in DATA.items()]},
            }
        }
    ),
    "json inside json": json.dumps(
        {
            "body": json.dumps(
                {"Event": {"System": {"EventID": "4625", "Channel": "Security", "Computer": "dc"}, "EventData": DATA}}
            )
        }
    ),
    "snare": "Mar  2 09:14:07 dc MSWinEventLog\t1\tSecurity\t7\tMon Mar 02 09:14:07 2026\t4625\t"
    f"{PROVIDER}\tN/A\tN/A\tFailure Audit\tdc\tLogon\t\t{TEXT}".replace("\r\n", "  "),
    "rendered text": TEXT,
    "syslog": f"<13>Mar  2 09:14:07 dc {PROVIDER}: 4625: " + TEXT.replace("\r\n", "#015#012").replace("#015#012", "\n"),
}


def read(record: bytes) -> Event:
    found = Windows(times_in(DEFAULT_ZONE)).read(record)
    assert isinstance(found, Event)
    return found


@pytest.mark.clause("R67.7", "R67.8.7")
@pytest.mark.parametrize("line", TESTS, ids=lambda line: str(line["record"])[:40])
def test_every_line_of_the_table_is_read_as_it_says(line: dict[str, Any]) -> None:
    record = line["record"].encode()
    assert find_format(record) is not None
    event = read(record)
    for field, expected in line.items():
        if field != "record":
            assert getattr(event, field) == expected, field


@pytest.mark.clause("R67.8.7", "R67.8.8")
@pytest.mark.parametrize("shipper", SHIPPED)
def test_one_failed_sign_in_is_the_same_whoever_shipped_it(shipper: str) -> None:
    record = SHIPPED[shipper].encode()
    found = find_format(record)
    assert found is not None
    assert found.name == "windows"
    event = read(record)
    assert (event.activity, event.outcome) == (Activity.SIGN_IN, Outcome.FAILURE)
    assert (event.user, event.source_address, event.source_port) == ("clerk", "203.0.113.9", 40022)


def test_a_cef_record_about_windows_stays_cef() -> None:
    record = (
        b"CEF:0|Microsoft|Microsoft Windows||Microsoft-Windows-Security-Auditing:4625|An account failed to log on.|5|"
    )
    assert not Windows(times_in(DEFAULT_ZONE)).recognises(record)


def test_an_event_that_nobody_knows_is_about_nothing() -> None:
    event = read(b'{"EventID":9999,"Channel":"Application","SourceName":"Example","Message":"all is well"}')
    assert (event.activity, event.rule_id) == (Activity.OTHER, "9999")


def test_what_another_product_writes_into_the_log_is_told_by_its_words() -> None:
    event = read(
        b'{"EventID":7,"Channel":"Application","SourceName":"Example AV","Message":"Virus found in C:/x: Example"}'
    )
    assert (event.activity, event.product) == (Activity.FINDING, "Example AV")


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([line["record"] for line in TESTS] + list(SHIPPED.values())),
    st.integers(0, 2**32),
    st.binary(max_size=30),
)
def test_any_bytes_inside_an_event_are_read_or_refused(record: str, seed: int, junk: bytes) -> None:
    cut = random.Random(seed).randint(0, len(record))
    made = record[:cut].encode() + junk + record[cut:].encode()
    windows = Windows(times_in(DEFAULT_ZONE))
    windows.recognises(made)
    with suppress(Unreadable):
        windows.read(made)


@pytest.mark.parametrize(
    "unit", ["  ", "\t\t", " A:", "  Ab:", "<Data Name='", "<EventID", "\\r\\n", "A: b  ", "\u00e9"]
)
def test_no_event_of_64_kib_takes_long(unit: str) -> None:
    for start in ("WinEvtLog: Security: AUDIT_FAILURE(4625): x: y: z: dc: ", "<Event><System><EventID>4625</EventID>"):
        made = (start + unit * (65_536 // len(unit))).encode()[:65_536]
        began = time.process_time()
        with suppress(Unreadable):
            read(made)
        assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "record",
    [
        (
            '<Event><System><Provider Name="Example-Guard"/><EventID>4101</EventID>'
            '<TimeCreated SystemTime="2026-03-02T09:14:07Z"/><Computer>ws-118</Computer></System>'
            '<EventData><Data Name="ThreatName">Gen:Variant.Example.481</Data>'
            '<Data Name="Action">Quarantined</Data></EventData></Event>'
        ),
        (
            '{"EventID":4101,"Channel":"Example-Guard/Operational","Computer":"ws-118","TimeCreated":"2026-03-02T09:14:07Z",'
            '"Message":"A threat","EventData":{"ThreatName":"Gen:Variant.Example.481","Action":"Quarantined"}}'
        ),
    ],
)
def test_what_another_product_wrote_into_the_log_is_read_by_the_names_of_its_values(record: str) -> None:
    event = Windows(times_in(DEFAULT_ZONE)).read(record.encode())
    assert isinstance(event, Event)
    assert (event.product, event.machine, event.rule_id) == ("Example-Guard", "ws-118", "4101")
    assert (event.rule_name, event.action) == ("Gen:Variant.Example.481", "blocked")


def test_what_windows_itself_wrote_is_read_by_its_number_alone() -> None:
    record = SHIPPED["winlogbeat"].replace("4625", "999999")
    event = Windows(times_in(DEFAULT_ZONE)).read(record.encode())
    assert isinstance(event, Event)
    assert (event.format, event.product, event.rule_name) == ("windows", "Windows", "")
