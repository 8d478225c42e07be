"""What windows find goes the way of all signals: redacted, accounted for, one with a product's own alert."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.module.classify.decide import Decision
from qorgan.module.detect.settings import DetectTable
from qorgan.module.detect.windows import Windows
from qorgan.module.event import Activity, Event
from qorgan.module.judging import InstitutionJudge
from qorgan.module.redact.fields import Redactor
from qorgan.wire import record
from qorgan.wire.signal import Perimeter, Signal
from tests.module.detect.made import INSIDE, KEY, OUTSIDE, Clock, one, refused, sign_in, windows

NAME = "serikbay.a@bank.example"


def judged(events: list[Event], **settings) -> tuple[list[Signal], int]:
    redactor = Redactor(KEY)
    judge = InstitutionJudge(redactor, None, Windows(DetectTable(**settings), KEY, redactor.inside, Clock()))
    answer = judge.judge(events, 1)
    signals = [record.decode(line) for line in answer.lines]
    assert [signal.sequence for signal in signals] == list(range(1, len(signals) + 1))
    assert len(signals) - answer.found + sum(answer.ignored.values()) <= len(events)
    return signals, answer.found


@pytest.mark.clause("R67.8.7")
@pytest.mark.clause("R67.4")
def test_guessing_is_a_signal_that_names_no_account():
    (signal,), found = judged([sign_in(n, NAME) for n in range(9)])
    assert found == 1
    assert (signal.type, signal.count, signal.perimeter) == (SignalType.GUESS, 9, Perimeter.EXTERNAL)
    assert (signal.last_seen - signal.first_seen).total_seconds() == 8
    assert (signal.source.address, signal.destination.port) == (OUTSIDE, 22)
    said = signal.classified_by
    assert (said.pack, said.rule, said.confidence) == ("windows", "guess", "high")
    assert {"window=600 s", "records=9", "accounts=1", "sources=1"} <= set(said.decided_by)
    assert signal.techniques == ("T1110.001",)
    assert signal.redacted == {}
    assert b"serikbay" not in record.encode(signal)


@pytest.mark.clause("R67.8.6")
@pytest.mark.clause("R67.4")
def test_a_scan_from_inside_shows_no_inside_address():
    (signal,), _ = judged([refused(n, f"10.0.0.{n + 1}", 445, INSIDE) for n in range(60)])
    assert (signal.type, signal.perimeter, signal.source) == (SignalType.SCAN, Perimeter.INTERNAL, None)
    assert b"10." not in record.encode(signal).replace(b"1.0", b"")


@pytest.mark.clause("R67.8.8")
def test_two_attacks_at_once_are_two_signals():
    events = [sign_in(n, name, f"198.51.100.{n % 5 + 1}") for name in ("a", "b") for n in range(15)]
    signals, found = judged(events)
    assert (len(signals), found) == (2, 2)


ALERT = replace(sign_in(8), activity=Activity.FINDING, severity=Severity.CRITICAL)
GUESS = Decision(type=SignalType.GUESS, pack="p", pack_version="1", rule="r", decided_by=(), confidence="high")


@pytest.mark.clause("R67.8.7")
def test_a_products_alert_goes_into_the_attack_that_a_window_has_found():
    seen = windows()
    first = [each for n in range(8) for each in one(seen, sign_in(n))]
    assert seen.see(ALERT, GUESS)
    ((event, decision),) = seen.take()
    assert len(first) == 1
    assert event.severity is Severity.CRITICAL
    assert "alerts of products=1" in decision.decided_by


@pytest.mark.clause("R67.8.7")
def test_a_products_alert_stands_for_the_window_that_would_say_the_same():
    seen = windows()
    assert not seen.see(replace(ALERT, time=sign_in(0).time), GUESS)
    assert [each for n in range(50) for each in one(seen, sign_in(n))] == []
    later = [each for n in range(50) for each in one(seen, sign_in(1000 + n))]
    assert len(later) == 1, "the product has said nothing for a window, and it goes on"


def test_a_products_alert_about_another_source_or_of_another_kind_stands_alone():
    seen = windows()
    assert len([each for n in range(8) for each in one(seen, sign_in(n))]) == 1
    assert not seen.see(replace(ALERT, source_address="203.0.113.99"), GUESS)
    assert not seen.see(ALERT, replace(GUESS, type=SignalType.SPRAY))
    assert not seen.see(ALERT, replace(GUESS, type=SignalType.IDS))


@pytest.mark.clause("R67.8.6")
@pytest.mark.clause("R67.8.7")
def test_an_attack_that_was_told_is_not_told_as_new_after_a_restart():
    before = windows()
    scan = [refused(n, f"10.0.0.{n + 1}") for n in range(20)]
    failures = [sign_in(n, NAME) for n in range(8)]
    ((_, scanned), (_, guessed)) = [each for event in scan + failures for each in one(before, event)]
    memory = before.memory()
    assert before.memory() is None
    assert "serikbay" not in memory
    assert "10." not in memory
    after = windows()
    after.remember(memory)
    assert [each for event in scan + failures for each in one(after, event)] == []
    again = [each for event in (refused(400), sign_in(400)) for each in one(after, event)]
    names = [[said for said in decision.decided_by if said.startswith("attack=")] for _, decision in again]
    assert names == [
        [said for said in decision.decided_by if said.startswith("attack=")] for decision in (scanned, guessed)
    ]
    assert all("told=2" in decision.decided_by for _, decision in again)


@pytest.mark.parametrize("memory", ["{", '[{"key":1}]', "[1]"])
def test_a_memory_that_is_none_is_refused(memory):
    with pytest.raises(ValueError):
        windows().remember(memory)
