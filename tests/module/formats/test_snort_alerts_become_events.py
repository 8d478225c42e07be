"""Snort's and Suricata's text alerts become findings with rule, class, priority and both ends."""

from __future__ import annotations

import random
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Event, Unreadable
from qorgan.module.formats.moment import DEFAULT_ZONE, times_in
from qorgan.module.formats.reading import find_format
from qorgan.module.formats.snort import Snort
from qorgan.wire.signal import Action

ENDS = "{TCP} 203.0.113.9:40022 -> 192.0.2.1:80"
CLASS = "[Classification: Web Application Attack] [Priority: 1]"
FAST = f"03/02-09:14:07.123456  [**] [1:2024:7] EXAMPLE web attack [**] {CLASS} {ENDS}"
FULL = (
    f"[**] [1:2024:7] EXAMPLE web attack [**]\n{CLASS}\n"
    "03/02-09:14:07.123456 203.0.113.9:40022 -> 192.0.2.1:80\nTCP TTL:52 TOS:0x0 ID:1 IpLen:20 DgmLen:60 DF"
)
LINES = (
    FAST,
    FAST.replace("03/02-", "03/02/2026-"),
    FAST.replace("[**] [1:", "[Drop] [**] [1:", 1),
    f"<33>Mar  2 09:14:07 ids snort[411]: [1:2024:7] EXAMPLE web attack {CLASS} {ENDS}",
    f"<33>Mar  2 09:14:07 ids suricata[411]: [1:2024:7] EXAMPLE web attack {CLASS} {ENDS}",
    FULL,
)


def read(line: str) -> Event:
    found = Snort(times_in(DEFAULT_ZONE)).read(line.encode())
    assert isinstance(found, Event)
    return found


@pytest.mark.clause("R67.8.1")
@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_an_alert_in_any_of_its_shapes_says_the_same(line: str) -> None:
    found = find_format(line.encode())
    assert found is not None
    assert found.name == "snort"
    event = read(line)
    assert (event.rule_id, event.rule_name) == ("1:2024:7", "EXAMPLE web attack")
    assert (event.category, event.severity) == ("web application attack", Severity.HIGH)
    assert (event.source_address, event.source_port) == ("203.0.113.9", 40022)
    assert (event.destination_address, event.destination_port, event.protocol) == ("192.0.2.1", 80, "tcp")
    assert event.activity is Activity.FINDING
    assert event.action is (Action.BLOCKED if "[Drop]" in line else Action.DETECTED)


def test_time_and_ipv6_ends_are_read() -> None:
    event = read(
        FAST.replace("03/02-", "03/02/2026-").replace("203.0.113.9", "2001:0db8:0000:0000:0000:0000:0000:0009")
    )
    assert event.source_address == "2001:db8::9"
    assert event.source_port == 40022
    assert event.time is not None
    assert event.time.isoformat() == "2026-03-02T09:14:07.123456+05:00"


def test_text_without_a_rules_number_is_refused() -> None:
    with pytest.raises(Unreadable):
        read("a quiet day -> nothing")


@given(st.sampled_from(LINES), st.integers(0, 2**32), st.binary(max_size=30))
def test_any_bytes_inside_an_alert_are_read_or_refused(line: str, seed: int, junk: bytes) -> None:
    cut = random.Random(seed).randint(0, len(line))
    made = line[:cut].encode() + junk + line[cut:].encode()
    snort = Snort(times_in(DEFAULT_ZONE))
    snort.recognises(made)
    with suppress(Unreadable):
        snort.read(made)


@pytest.mark.parametrize("unit", ["1 -> ", ":a", "[1:2:3] ", "a.", "} -> {"])
def test_no_alert_of_64_kib_takes_long(unit: str) -> None:
    made = ("[1:2:3] x " + unit * 65_536)[:65_536]
    began = time.process_time()
    read(made)
    assert time.process_time() - began < 5
