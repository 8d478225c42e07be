"""A quiet Sunday alarms nobody, a dead sensor does: dated scenarios over weeks, in steps of a minute."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from qorgan.module.pulse.memory import MOST, Day, Memory
from qorgan.module.pulse.source import AlarmKind, Pulse

ALMATY = ZoneInfo("Asia/Almaty")
MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=ALMATY)
MINUTE = timedelta(minutes=1)
Rate = Callable[[datetime], float]


def office(at: datetime) -> float:
    """Lines a minute of a sensor in an office: 30 by day, 3 by night, none on Sunday."""
    if at.weekday() == 6:
        return 0
    return 30 if 9 <= at.hour < 18 else 3


class Source:
    """One source over time."""

    def __init__(self) -> None:
        self.at = MONDAY
        self.pulse = Pulse(id="a", begun_at=MONDAY)
        self.chance = random.Random(5)
        self.told: list[tuple[datetime, str]] = []

    def run(self, until: datetime, rate: Rate, *, is_reading: bool = True) -> None:
        while self.at < until:
            self.at += MINUTE
            mean = rate(self.at)
            lines = (
                max(0, round(self.chance.gauss(mean, mean**0.5 / 2))) if mean >= 1 else int(self.chance.random() < mean)
            )
            before = self.pulse.alarm
            now = self.at.astimezone(UTC)
            self.pulse.look(now, self.at, lines, is_reading=is_reading, patience=timedelta(minutes=60))
            if self.pulse.alarm != before:
                self.told.append((self.at, str(self.pulse.alarm.kind) if self.pulse.alarm else "over"))

    def learn(self, weeks: int = 4, rate: Rate = office) -> None:
        self.run(MONDAY + timedelta(weeks=weeks), rate)
        self.told = []


@pytest.fixture
def source() -> Source:
    return Source()


def none(_at: datetime) -> float:
    return 0


def test_a_quiet_sunday_alarms_nobody(source):
    source.learn()
    source.run(MONDAY + timedelta(weeks=6), office)
    assert source.told == []


def test_a_sensor_that_dies_on_a_working_morning_is_told_within_a_quarter_of_an_hour(source):
    source.learn()
    dead = MONDAY + timedelta(weeks=4, days=1, hours=10)
    source.run(dead, office)
    source.run(dead + timedelta(hours=5), none)
    assert [word for _, word in source.told] == ["silent"]
    assert source.told[0][0] - dead <= timedelta(minutes=15)
    alarm = source.pulse.alarm
    assert alarm.kind is AlarmKind.SILENT
    assert abs(alarm.since - dead) <= 2 * MINUTE
    assert 1500 < alarm.usual < 1900


def test_a_sensor_that_dies_on_saturday_night_is_told_on_monday_and_not_on_sunday(source):
    source.learn()
    dead = MONDAY + timedelta(weeks=4, days=5, hours=23, minutes=58)
    source.run(dead, office)
    source.run(dead + timedelta(days=2), none)
    (told,) = source.told
    assert told[1] == "silent"
    assert told[0].weekday() == 0
    assert told[0] < MONDAY + timedelta(weeks=5, minutes=20)


def test_the_night_is_held_to_the_habits_of_the_night(source):
    source.learn()
    dead = MONDAY + timedelta(weeks=4, days=2, hours=2)
    source.run(dead, office)
    source.run(dead + timedelta(hours=1), none)
    assert source.told[0][1] == "silent"
    assert timedelta(minutes=6) < source.told[0][0] - dead < timedelta(minutes=20)


def test_a_source_that_comes_back_half_dead_stays_silent_until_it_really_speaks(source):
    source.learn()
    dead = MONDAY + timedelta(weeks=4, days=1, hours=10)
    source.run(dead, office)
    source.run(dead + timedelta(hours=1), none)
    source.run(dead + timedelta(hours=2), lambda _: 0.2)
    assert [word for _, word in source.told] == ["silent"]
    source.run(dead + timedelta(hours=3), office)
    assert [word for _, word in source.told] == ["silent", "over"]
    assert source.told[1][0] - (dead + timedelta(hours=2)) < timedelta(minutes=20)


def test_a_dead_sensor_does_not_become_usual(source):
    source.learn()
    dead = MONDAY + timedelta(weeks=4, days=1, hours=10)
    source.run(dead, office)
    source.run(dead + timedelta(weeks=2), none)
    assert [word for _, word in source.told] == ["silent"]
    assert min(source.pulse.baseline.hours[24 + 11]) > 1000


def test_one_holiday_does_not_teach_it_that_mondays_are_quiet(source):
    def nauryz(at: datetime) -> float:
        return 0.5 if at.date() == MONDAY.date() else office(at)

    source.learn(6, nauryz)
    dead = MONDAY + timedelta(weeks=6, hours=11)
    source.run(dead, office)
    source.run(dead + timedelta(hours=1), none)
    assert source.told[0][1] == "silent"
    assert source.told[0][0] - dead <= timedelta(minutes=15)


def test_a_slow_source_is_held_to_its_longest_silence(source):
    def slow(at: datetime) -> float:
        """One line every working day at noon."""
        return 1 if at.weekday() < 5 and (at.hour, at.minute) == (12, 0) else 0

    source.chance.gauss = lambda mean, _: mean
    source.learn(4, slow)
    source.run(MONDAY + timedelta(weeks=5), slow)
    assert source.told == []
    source.run(MONDAY + timedelta(weeks=6, days=3), none)
    assert [word for _, word in source.told] == ["silent"]


def test_while_nothing_is_known_of_a_source_the_configured_patience_counts(source):
    source.run(MONDAY + timedelta(hours=3), office)
    source.run(MONDAY + timedelta(hours=5), none)
    assert [word for _, word in source.told] == ["silent"]
    assert source.told[0][0] - (MONDAY + timedelta(hours=3)) > timedelta(minutes=60)


def test_hours_in_which_nothing_was_read_or_watched_count_for_nothing(source):
    source.learn()
    begin = MONDAY + timedelta(weeks=4, days=1, hours=10)
    source.run(begin, office)
    source.run(begin + timedelta(hours=4), none, is_reading=False)
    assert source.told == []
    source.at += timedelta(hours=20)
    source.run(source.at + timedelta(minutes=5), none)
    assert source.told == []
    assert len(source.pulse.baseline.hours[24 + 11]) == 4


def test_a_tenth_of_the_usual_is_told_after_two_hours_and_is_over_at_more_than_a_half(source):
    source.learn()
    begin = MONDAY + timedelta(weeks=4, days=1, hours=10)
    source.run(begin, office)
    source.run(begin + timedelta(hours=3), lambda at: office(at) / 10)
    assert [(at.hour, word) for at, word in source.told] == [(12, "little")]
    assert source.pulse.alarm.since == begin
    source.run(begin + timedelta(hours=5), lambda at: office(at) * 0.4)
    assert len(source.told) == 1
    source.run(begin + timedelta(hours=7), lambda at: office(at) * 0.9)
    assert [word for _, word in source.told] == ["little", "over"]


def test_a_flood_is_told_at_once_and_is_over_after_a_moderate_hour(source):
    source.learn()
    begin = MONDAY + timedelta(weeks=4, days=1, hours=10)
    source.run(begin, office)
    source.run(begin + timedelta(hours=2), lambda at: office(at) * 40)
    assert source.told[0][1] == "much"
    assert source.told[0][0] - begin < timedelta(minutes=10)
    source.run(begin + timedelta(hours=5), office)
    assert [word for _, word in source.told] == ["much", "over"]


def test_what_was_learned_survives_a_restart_and_is_bounded(source, tmp_path):
    source.learn(12)
    memory = Memory(tmp_path)
    memory.kept.sources["ids"] = source.pulse
    memory.store()
    assert (tmp_path / "pulse.json").stat().st_size < 12_000
    again = Memory(tmp_path)
    assert again.of("ids", source.at).baseline == source.pulse.baseline
    dead = source.at.astimezone(UTC)
    later = again.of("ids", source.at)
    for minute in range(20):
        at = dead + minute * MINUTE + timedelta(hours=10)
        later.look(at, at.astimezone(ALMATY), int(minute < 2), is_reading=True, patience=timedelta(0))
    assert later.alarm.kind is AlarmKind.SILENT


def test_a_damaged_memory_is_begun_anew(tmp_path, caplog):
    (tmp_path / "pulse.json").write_bytes(b'{"sources": 7')
    assert Memory(tmp_path).kept.sources == {}
    assert "learned anew" in caplog.text


def test_sources_that_are_gone_are_forgotten(tmp_path):
    memory = Memory(tmp_path)
    for number in range(MOST + 50):
        memory.of(f"s{number}", MONDAY)
    memory.forget([f"s{number}" for number in range(5)], MONDAY)
    assert set(memory.kept.sources) == {f"s{number}" for number in range(5)}


def test_the_day_begins_at_the_institutions_midnight():
    day = Day()
    assert day.since("2026-03-02", {"pan": 5}) == {}
    assert day.since("2026-03-02", {"pan": 9, "iin": 2}) == {"pan": 4, "iin": 2}
    assert day.since("2026-03-03", {"pan": 9, "iin": 2}) == {}
    assert msgspec.json.decode(msgspec.json.encode(day), type=Day) == day
