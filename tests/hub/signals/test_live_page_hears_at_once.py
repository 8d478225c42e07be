"""A signal that was stored is on every open page that may show it, and on no other, well within a second."""

from __future__ import annotations

import asyncio
import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest

if TYPE_CHECKING:
    from tests.fixtures_portal import Somebody


@dataclass
class Heard:
    """What one open page was sent."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    at: dict[tuple[str, int], float] = field(default_factory=dict)
    """When each line came, by module and number."""
    more: int = 0
    ids: list[int] = field(default_factory=list)
    summaries: list[dict[str, Any]] = field(default_factory=list)
    status: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def wait(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < deadline, f"heard {len(self.lines)} lines, {len(self.summaries)} summaries"
            time.sleep(0.005)

    def take(self, event: str, data: str, event_id: str) -> None:
        if event == "lines":
            told = json.loads(data)
            now = time.monotonic()
            for line in told["lines"]:
                self.at.setdefault((line["module"], line["sequence"]), now)
            self.lines = told["lines"] + self.lines
            self.more += told["more"]
            self.ids.append(int(event_id))
        elif event == "summary":
            self.summaries.append(json.loads(data))


@pytest.fixture
def listen(web: Any, signed_in: Any) -> Callable[..., Any]:
    """Open the live page's stream as somebody, in a thread, until the block ends."""
    sessions: dict[int, dict[str, str]] = {}

    @contextmanager
    def open_stream(person: Somebody, path: str = "/live/stream", after: int | None = None) -> Iterator[Heard]:
        if person.id not in sessions:
            sessions[person.id] = {name: morsel.value for name, morsel in signed_in(person).cookies.items()}
        cookies = sessions[person.id]
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        heard, closed = Heard(), threading.Event()
        thread = threading.Thread(target=_hear, args=(web.address + path, cookies, headers, heard, closed), daemon=True)
        thread.start()
        try:
            heard.wait(lambda: heard.status != 0)
            yield heard
        finally:
            closed.set()
            thread.join(20)

    return open_stream


def _hear(
    address: str, cookies: dict[str, str], headers: dict[str, str], heard: Heard, closed: threading.Event
) -> None:
    with (
        httpx.Client(cookies=cookies, timeout=httpx.Timeout(30, read=60)) as client,
        client.stream("GET", address, headers=headers) as answer,
    ):
        heard.status = answer.status_code
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            if closed.is_set():
                return
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                heard.take(fields.get("event", ""), fields.get("data", ""), fields.get("id", ""))
                fields = {}
    heard.ended.set()


@pytest.mark.clause("R67.2")
def test_signals_are_on_the_screens_stream_as_each_is_stored(
    enlist: Any, listen: Any, intake: Any, a_signal: Any
) -> None:
    sender = intake.enrol()
    delays = []
    with listen(enlist("centre-analyst")) as heard:
        for number in range(1, 41):
            answer = sender.send([a_signal(number)])
            stored = time.monotonic()
            assert answer.status_code == 200, answer.text
            key = (sender.module, number)
            heard.wait(lambda key=key: key in heard.at)
            delays.append(heard.at[key] - stored)
        heard.wait(lambda: bool(heard.summaries) and heard.summaries[-1]["signals"] == 40)
    # Told at once, and not at a turn of the clock: however busy the machine, no second passes usually.
    assert statistics.median(delays) < 1.0, sorted(delays)
    assert [line["sequence"] for line in heard.lines] == list(range(40, 0, -1))
    last = heard.summaries[-1]
    assert last["organisations"] == {str(sender.organisation): 40}
    assert sum(whole for _minute, whole, _grave in last["minutes"]) == 40
    assert len(last["minutes"]) == 60


@pytest.mark.clause("R67.4")
def test_an_institution_hears_its_own_and_a_soc_whom_it_serves_and_the_centre_all(
    enlist: Any, listen: Any, intake: Any, a_signal: Any
) -> None:
    hub = intake.hub
    soc = hub.add_organisation(1, kind="soc")
    served = hub.add_organisation(2, served_by=soc)
    own = hub.add_organisation(3)
    senders = {name: intake.enrol(key) for name, key in (("soc", soc), ("served", served), ("own", own))}
    with (
        listen(enlist("centre-head")) as centre,
        listen(enlist("head-of-security", organisation=soc)) as at_soc,
        listen(enlist("responsible-employee", organisation=own)) as at_own,
    ):
        for sender in senders.values():
            assert sender.send([a_signal(number) for number in (1, 2, 3)]).status_code == 200
        centre.wait(lambda: len(centre.at) == 9)
        at_soc.wait(lambda: len(at_soc.at) == 6)
        at_own.wait(lambda: len(at_own.at) == 3)
        for heard in (centre, at_soc, at_own):
            heard.wait(lambda heard=heard: heard.summaries and heard.summaries[-1]["signals"] == len(heard.at))
    expected = {"centre": {soc, served, own}, "soc": {soc, served}, "own": {own}}
    for heard, name in ((centre, "centre"), (at_soc, "soc"), (at_own, "own")):
        assert {UUID(line["organisation"]) for line in heard.lines} == expected[name]
        told = heard.summaries[-1]
        assert {UUID(key) for key in told["organisations"]} == expected[name]
        assert {UUID(module["organisation"]) for module in told["modules"]} == expected[name]
        assert {UUID(key) for key in told["names"]} >= expected[name]
        if name != "centre":
            assert {UUID(key) for key in told["names"]} == expected[name]


def test_who_comes_back_gets_what_was_missed_and_the_rest_by_itself(
    enlist: Any, listen: Any, intake: Any, a_signal: Any
) -> None:
    sender = intake.enrol()
    person = enlist("centre-analyst")
    sender.send([a_signal(1), a_signal(2)])
    with listen(person) as before:
        before.wait(lambda: len(before.at) == 2)
    for number in range(3, 8):
        sender.send([a_signal(number)])
    with listen(person, after=before.ids[-1]) as later:
        later.wait(lambda: len(later.at) == 5)
        sender.send([a_signal(8)])
        later.wait(lambda: len(later.at) == 6)
    assert sorted(number for _module, number in later.at) == [3, 4, 5, 6, 7, 8]
    assert later.ids[-1] > before.ids[-1]


def test_a_position_from_nowhere_does_not_silence_the_page_of_others(
    enlist: Any, listen: Any, intake: Any, a_signal: Any
) -> None:
    sender = intake.enrol()
    with listen(enlist("centre-analyst"), after=2**61), listen(enlist("centre-head")) as other:
        sender.send([a_signal(1)])
        other.wait(lambda: len(other.at) == 1)


def test_a_choice_of_severity_is_kept_to(enlist: Any, listen: Any, intake: Any, a_signal: Any) -> None:
    from qorgan.law.severity import Severity  # noqa: PLC0415

    sender = intake.enrol()
    grades = list(Severity)
    with listen(enlist("centre-analyst"), "/live/stream?least=high") as heard:
        sender.send([a_signal(number, severity=grades[number % 5]) for number in range(1, 21)])
        heard.wait(lambda: len(heard.at) == 8)
    assert {line["severity"] for line in heard.lines} == {"high", "critical"}


def test_a_flood_is_shown_by_its_newest_and_counted(enlist: Any, listen: Any, intake: Any, a_signal: Any) -> None:
    sender = intake.enrol()
    with listen(enlist("centre-analyst")) as heard:
        heard.wait(lambda: bool(heard.summaries))
        sender.send([a_signal(number) for number in range(1, 1001)])
        heard.wait(lambda: heard.more > 0)
    assert len(heard.lines) + heard.more == 1000
    assert len(heard.lines) == 200
    assert heard.lines[0]["sequence"] == 1000


def test_a_slow_reader_costs_one_page_of_memory() -> None:
    from qorgan.hub.signals.live import Subscriber  # noqa: PLC0415
    from qorgan.hub.signals.live_reads import MOST, Lines, Watch  # noqa: PLC0415

    async def check() -> tuple[list[Any], int, int]:
        subscriber = Subscriber(Watch("centre", ()))
        for position in range(1, 51):
            subscriber.put(Lines(position, [_line(position * 100 + number) for number in range(99, -1, -1)], 7))
        events = subscriber.events()
        await anext(events)
        text = (await anext(events)).decode()
        await events.aclose()
        told = json.loads(text.partition("data: ")[2])
        return told["lines"], told["more"], int(text.partition("id: ")[2].partition("\n")[0])

    lines, more, position = asyncio.run(check())
    assert [line["sequence"] for line in lines] == list(range(5099, 4899, -1))
    assert len(lines) == MOST
    assert len(lines) + more == 50 * 100 + 50 * 7
    assert position == 50


def test_the_hour_kept_by_minutes_is_the_hour_read_anew() -> None:
    """Whenever it is looked at, and whatever came late by a minute or two."""
    from qorgan.hub.signals.live_reads import Hour  # noqa: PLC0415

    random = Random(7)
    start = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    rows: list[tuple[datetime, bool, str, UUID, int, int]] = []

    def read_since(since: datetime) -> list[tuple[Any, ...]]:
        return [row for row in rows if row[0] >= since]

    kept, now = Hour(), start
    for _ in range(400):
        now += timedelta(seconds=random.choice([2, 2, 2, 31, 130, 900]))
        for _ in range(random.randrange(4)):
            minute = now.replace(second=0) - timedelta(minutes=random.randrange(2))
            rows.append((minute, random.random() < 0.3, random.choice("ab"), UUID(int=random.randrange(3)), 5, 9))
        since = kept.due(now)
        kept.take(read_since(since), since, now)
        anew = Hour()
        anew.take(read_since(anew.due(now)), anew.due(now), now)
        assert kept.summed(now, [], {}) == anew.summed(now, [], {})
        assert len(anew.summed(now, [], {}).minutes) == 60


def test_the_rate_is_that_of_what_was_seen_so_far() -> None:
    """A first minute is not a silent one, and half a minute's signals are not a whole one's."""
    from qorgan.hub.signals.live_reads import Hour  # noqa: PLC0415

    minute = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    began = minute + timedelta(seconds=40)

    def row(at: datetime, records: int) -> tuple[Any, ...]:
        return (at, False, "ids", UUID(int=1), records, records)

    def rate(now: datetime, *rows: tuple[Any, ...], began: datetime | None = None) -> float | None:
        hour = Hour()
        hour.take(list(rows), hour.due(now), now)
        return hour.rate(now, began)

    assert rate(began) == 0
    assert rate(began + timedelta(seconds=2), row(minute, 20), began=began) is None
    assert rate(began + timedelta(seconds=10), row(minute, 100), began=began) == 600
    after = minute + timedelta(seconds=70)
    assert rate(after, row(minute, 100), row(minute + timedelta(minutes=1), 200), began=began) == 600
    later = minute + timedelta(minutes=5, seconds=30)
    before = [row(minute + timedelta(minutes=number), 10) for number in range(5)]
    assert rate(later, *before, row(minute + timedelta(minutes=5), 20)) == 20
    assert rate(minute + timedelta(minutes=30), *before) == 0


def test_a_hubs_first_minute_has_a_rate(enlist: Any, listen: Any, intake: Any, a_signal: Any) -> None:
    sender = intake.enrol()
    with listen(enlist("centre-analyst")) as heard:
        heard.wait(lambda: bool(heard.summaries))
        assert heard.summaries[-1]["rate"] == 0
        sender.send([a_signal(number) for number in range(1, 101)])
        heard.wait(lambda: heard.summaries[-1]["rate"] is None)
        heard.wait(lambda: heard.summaries[-1]["rate"])
        assert 200 < heard.summaries[-1]["rate"] <= 1200


def _line(sequence: int) -> Any:
    from qorgan.hub.signals.shown import Line  # noqa: PLC0415

    at = datetime(2026, 11, 22, tzinfo=UTC)
    words = dict.fromkeys(("severity", "type", "rule", "sensor", "source", "target", "role", "action"), "")
    key = UUID(int=1)
    return Line(module=key, sequence=sequence, at=at, seen=at, organisation=key, port=None, count=1, **words)


@pytest.mark.clause("R67.4")
def test_opening_it_is_written_down_at_the_centre_and_not_at_home(
    enlist: Any, listen: Any, intake: Any, a_signal: Any
) -> None:
    sender = intake.enrol()
    analyst = enlist("centre-analyst")
    with listen(analyst), listen(enlist("responsible-employee", organisation=sender.organisation)) as home:
        sender.send([a_signal(1)])
        home.wait(lambda: len(home.at) == 1)
    rows = intake.hub.rows("SELECT person_id, act FROM hub_journal WHERE act = 'signals.live'")
    assert rows == [(analyst.id, "signals.live")]


def test_open_pages_do_not_hold_up_the_end(enlist: Any, listen: Any, web: Any) -> None:
    with listen(enlist("centre-analyst")) as first, listen(enlist("centre-head"), "/live/stream?least=high") as second:
        web.process.terminate()
        web.process.join(30)
        assert not web.process.is_alive()
        for heard in (first, second):
            heard.wait(heard.ended.is_set)


@pytest.mark.clause("R67.4")
def test_a_page_may_stay_open_while_its_session_and_its_persons_scope_last(enlist: Any, django_hub: Any) -> None:
    from importlib import import_module  # noqa: PLC0415

    from django.conf import settings  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from qorgan.hub.members.access import scope_of  # noqa: PLC0415
    from qorgan.hub.members.models import Person  # noqa: PLC0415
    from qorgan.hub.signals.stream import Watcher  # noqa: PLC0415

    bank = django_hub.add_organisation(5)
    person = enlist("responsible-employee", organisation=bank)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["something"] = 1
    session.save()
    with transaction.atomic():
        scope = scope_of(Person.objects.get(pk=person.id))
    watcher = Watcher(person.id, session.session_key, scope)
    assert watcher.may_stay()
    assert not Watcher(person.id, "of-nobody", scope).may_stay()
    django_hub.tamper("DELETE FROM membership WHERE person_id = %s", person.id)
    assert not watcher.may_stay()
    session.delete()
    assert not watcher.may_stay()


def test_those_without_the_right_are_refused_the_stream(enlist: Any, web: Any, signed_in: Any) -> None:
    cookies = {name: morsel.value for name, morsel in signed_in(enlist("auditor")).cookies.items()}
    assert httpx.get(f"{web.address}/live/stream", cookies=cookies).status_code == 403
    assert httpx.get(f"{web.address}/live/stream").status_code == 302
