"""Refused connections over windows: horizontal, vertical, of a block, slow; and what only looks like a scan."""

from __future__ import annotations

import pytest

from qorgan.law.asoi import SignalType
from qorgan.wire.signal import Perimeter
from tests.module.detect.made import INSIDE, OUTSIDE, Clock, one, refused, said, told, windows

pytestmark = pytest.mark.clause("R67.8.6")


def host(number: int) -> str:
    return f"10.0.{number // 250}.{number % 250 + 1}"


def test_the_fifteenth_host_at_one_port_is_a_scan_and_the_fourteenth_is_not():
    attempts = [refused(n, host(n), 3389) for n in range(15)]
    assert told(attempts[:14]) == []
    assert told(attempts) == [("scan", "scan-hosts")]


def test_the_fifteenth_port_of_one_host_is_a_scan_and_the_fourteenth_is_not():
    attempts = [refused(n, port=20 + n) for n in range(15)]
    assert told(attempts[:14]) == []
    assert told(attempts) == [("scan", "scan-ports")]


def test_a_block_of_hosts_and_ports_is_a_scan():
    attempts = [refused(n, host(n % 8), 1 + n // 8) for n in range(40)]
    assert told(attempts[:39]) == []
    assert told(attempts) == [("scan", "scan-block")]


def test_a_sweep_without_ports_is_a_scan():
    assert told(refused(n, host(n), None) for n in range(15)) == [("scan", "scan-hosts")]


def test_a_scan_below_the_fast_threshold_is_found_over_hours():
    attempts = [refused(1800 * n, host(n), 445) for n in range(30)]
    assert told(attempts[:29]) == []
    assert told(attempts) == [("scan", "scan-hosts-slow")]


def test_the_same_target_again_and_again_is_no_scan():
    assert told(refused(n, port=443) for n in range(3000)) == []


def test_late_answers_of_servers_are_no_scan():
    """A firewall refuses what comes after a connection was forgotten: from port 443 to whichever port asked."""
    assert told(refused(n, "203.0.113.200", 40_000 + n, source_port=443) for n in range(500)) == []


def test_what_the_inside_may_not_reach_outside_is_no_scan():
    assert told(refused(n, f"198.51.100.{n + 1}", 443, INSIDE) for n in range(200)) == []


def test_the_inside_has_a_threshold_of_its_own_and_is_said_to_be_inside():
    seen = windows()
    found = [each for n in range(50) for each in one(seen, refused(n, host(n), 445, INSIDE))]
    ((event, decision),) = found
    assert (decision.rule, decision.perimeter, event.source_address) == ("scan-hosts", Perimeter.INTERNAL, "")


def test_a_monitoring_probe_that_is_trusted_is_no_scanner():
    assert told((refused(n, host(n), 161, INSIDE) for n in range(200)), trusted=("10.1.2.0/24",)) == []


def test_one_scan_is_one_signal_that_grows():
    seen = windows()
    found = [each for n in range(7200) for each in one(seen, refused(n, host(n % 2000), 22))]
    assert {event.source_address for event, _ in found} == {OUTSIDE}
    assert len(found) == 4, "at once, after five minutes, after twenty more, after an hour more"
    assert len({said(decision)["attack"] for _, decision in found}) == 1
    assert [said(decision)["told"] for _, decision in found] == ["1", "2", "3", "4"]
    assert {event.began for event, _ in found} == {found[0][0].began}
    last = said(found[-1][1])
    assert int(last["records"]) == sum(event.count for event, _ in found)
    assert int(last["hosts"]) == pytest.approx(2000, rel=0.05)
    assert last["ports"] == "1"


def test_what_came_last_is_told_when_the_attack_is_over():
    clock = Clock()
    seen = windows(clock)
    found = [each for n in range(100) for each in one(seen, refused(n, host(n), 22))]
    clock.now += 3600
    found += seen.take()
    assert sum(event.count for event, _ in found) == 100
    assert seen.take() == []
    assert {decision.type for _, decision in found} == {SignalType.SCAN}
