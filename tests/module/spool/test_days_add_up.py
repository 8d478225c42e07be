"""The counters of days add up to the account, over midnights, retention, rewinds and upgrades (R67.4)."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qorgan.module.accounting import Counts, Quarantined
from qorgan.module.spool import Limits, Spool
from qorgan.module.spool import days as counting
from qorgan.wire.batch import SequenceRange

pytestmark = pytest.mark.clause("R67.4")

NOON = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def spool(tmp_path: Path, clock: Clock):
    opened = Spool.open(tmp_path / "state", first=1, limits=Limits(), clock=clock)
    yield opened
    opened.close()


def append(spool: Spool, *types: str, ignored: int = 0, removed: dict[str, int] | None = None) -> None:
    first = spool.next_sequence
    lines = [json.dumps({"sequence": first + at, "type": kind}).encode() for at, kind in enumerate(types)]
    counts = Counts(
        read=len(types) + ignored + 1,
        became=len(types),
        quarantined=1,
        ignored={"no rule decided": ignored} if ignored else {},
        redacted=removed or {},
    )
    row = Quarantined(place="1", reason="broken JSON")
    spool.append(first, lines, source="a", position=str(first), counts=counts, quarantined=[row])


def check(spool: Spool) -> counting.Day:
    every = spool.by_day("")
    assert counting.faults(every, spool.account()) == []
    return counting.total(every)


def test_each_day_has_what_was_done_on_it(spool: Spool, clock: Clock):
    append(spool, "ids", "waf", "ids", ignored=4, removed={"pan": 2, "iin": 1})
    clock.now += timedelta(hours=13)  # past midnight in Almaty, and not yet by UTC
    append(spool, "scan", removed={"iin": 5})
    spool.acknowledge(SequenceRange(1, 3), b"{}", [(2, Quarantined(place="2", reason="no"))])
    first, second = spool.by_day("2026-11-20", "2026-11-21")
    assert (first.date, second.date) == ("2026-11-20", "2026-11-21")
    assert first.made == {"ids": 2, "waf": 1}
    assert first.removed == {"pan": 2, "iin": 1}
    assert first.ignored == {"no rule decided": 4}
    assert (first.read, first.became, first.quarantined, first.receipts) == (8, 3, 1, 0)
    assert second.made == {"scan": 1}
    assert second.removed == {"iin": 5}
    assert second.sent == {"ids": 2, "waf": 1}
    assert (second.refused, second.receipts) == (1, 1)
    assert second.sent_bytes == first.made_bytes > 0
    check(spool)


def test_what_is_asked_for_again_is_counted_back(spool: Spool):
    append(spool, "ids", "waf")
    spool.acknowledge(SequenceRange(1, 2), b"{}")
    assert spool.rewind_to(2) == 1
    check(spool)
    spool.acknowledge(SequenceRange(2, 2), b"{}")
    whole = check(spool)
    assert (sum(whole.sent.values()), whole.given_back, whole.receipts) == (3, 1, 2)


def test_old_days_are_put_together_and_nothing_is_lost(spool: Spool, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counting, "KEPT", 3)
    for _ in range(6):
        append(spool, "ids", removed={"pan": 1})
        clock.now += timedelta(days=1)
    every = spool.by_day("")
    assert [day.date for day in every] == ["", "2026-11-23", "2026-11-24", "2026-11-25"]
    assert every[0].removed == {"pan": 3}
    assert check(spool).removed == {"pan": 6}


def test_a_spool_from_before_days_were_counted_goes_on_and_adds_up(tmp_path: Path, clock: Clock):
    spool = Spool.open(tmp_path / "state", first=1, limits=Limits(), clock=clock)
    append(spool, "ids", "waf", ignored=2, removed={"pan": 1})
    spool.acknowledge(SequenceRange(1, 1), b"{}")
    spool.close()
    with sqlite3.connect(tmp_path / "state" / "spool.sqlite") as connection:
        connection.execute(f"DELETE FROM tally WHERE {counting.OF_DAYS}")
    connection.close()
    again = Spool.open(tmp_path / "state", first=1, limits=Limits(), clock=clock)
    try:
        append(again, "scan", removed={"pan": 1})
        every = again.by_day("")
        assert [day.date for day in every] == ["", "2026-11-20"]
        assert every[0].made == {"": 2}
        assert Counter(every[0].removed) + Counter(every[1].removed) == {"pan": 2}
        check(again)
    finally:
        again.close()


def test_sources_do_not_see_the_counters_of_days(spool: Spool):
    append(spool, "ids")
    assert [source.name for source in spool.account().sources] == ["a"]
