"""ASOI is said to be away, and to be back, only after enough of the same; a fault of our own is neither."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.module.config import Hub as HubTable
from qorgan.module.fallback import spells
from qorgan.module.fallback.looking import look, name_servers
from qorgan.module.fallback.outage import Began, Ended, Look, Outage, Patience, State
from qorgan.module.fallback.store import Store
from qorgan.module.sender.hub import Hub

pytestmark = [pytest.mark.clause("R48I.3-fallback"), pytest.mark.clause("D26.asoi")]

START = datetime(2026, 11, 23, 5, tzinfo=UTC)
looks = st.lists(st.tuples(st.sampled_from(Look), st.integers(1, 120)), max_size=80)


def patience(tries=3, span=120, answers=2):
    return Patience(tries, timedelta(seconds=span), answers)


@given(looks, st.integers(1, 6), st.integers(0, 300), st.integers(1, 5))
def test_whatever_is_seen_it_takes_enough_in_a_row(seen, tries, span, answers):
    outage = Outage(Patience(tries, timedelta(seconds=span), answers))
    at, is_away = START, False
    silent: list[datetime] = []
    good: list[datetime] = []
    for found, seconds in seen:
        at += timedelta(seconds=seconds)
        silent = [*silent, at] if found is Look.SILENT else []
        good = [*good, at] if found is Look.ANSWERED else []
        change = outage.see(found, at, "no answer")
        if isinstance(change, Began):
            assert not is_away
            assert len(silent) >= tries
            assert at - silent[0] >= timedelta(seconds=span)
            assert (change.since, change.found_at) == (silent[0], at)
            is_away = True
        elif isinstance(change, Ended):
            assert is_away
            assert len(good) == answers
            assert change.until == good[0]
            is_away = False
        assert (outage.state is State.AWAY) is is_away
        if not is_away:
            assert not (len(silent) >= tries and at - silent[0] >= timedelta(seconds=span))
            if found is Look.NO_NETWORK:
                assert outage.state is State.LOCAL_FAULT


@given(looks)
def test_our_own_fault_never_becomes_an_absence(seen):
    outage = Outage(patience(1, 0, 1))
    for place, (found, _seconds) in enumerate(seen):
        kept = Look.NO_NETWORK if found is Look.SILENT else found
        assert outage.see(kept, START + timedelta(seconds=place)) is None
    assert outage.state is not State.AWAY


def test_it_flaps_neither_way():
    outage = Outage(patience())
    for minute in range(60):
        found = Look.SILENT if minute % 3 else Look.ANSWERED
        assert outage.see(found, START + timedelta(minutes=minute)) is None
    for minute in range(60, 65):
        outage.see(Look.SILENT, START + timedelta(minutes=minute))
    assert outage.state is State.AWAY
    for minute in range(65, 120):
        found = Look.SILENT if minute % 2 else Look.ANSWERED
        assert outage.see(found, START + timedelta(minutes=minute)) is None
    assert outage.state is State.AWAY


def test_an_absence_is_kept_and_gone_on_with_after_a_restart(tmp_path):
    store = Store(tmp_path)
    spells.keep(store, Began(START, START + timedelta(minutes=3), "no answer"))
    spells.keep(store, Began(START + timedelta(minutes=9), START + timedelta(minutes=9), "again"))
    found = spells.open_spell(Store(tmp_path))
    assert found is not None
    assert found.since == "2026-11-23T05:00:00.000000Z"
    outage = Outage(patience(answers=1))
    outage.resume(datetime.fromisoformat(found.since), found.reason)
    ended = outage.see(Look.ANSWERED, START + timedelta(hours=1))
    assert ended == Ended(START + timedelta(hours=1))
    spells.keep(store, ended)
    assert spells.open_spell(store) is None
    (kept,) = spells.since(store, START)
    assert (kept.since, kept.until, kept.reason) == (
        "2026-11-23T05:00:00.000000Z",
        "2026-11-23T06:00:00.000000Z",
        "no answer",
    )


def listening():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    return listener


def seen_with(url, anchors):
    async def ask():
        async with Hub(HubTable(url=url, timeout_seconds=1)) as hub:
            return await look(hub, anchors)

    return asyncio.run(ask())


def test_an_anchor_tells_asois_absence_from_our_own_fault():
    with listening() as one, listening() as gone:
        here = f"127.0.0.1:{one.getsockname()[1]}"
        nowhere = "192.0.2.1:9"
        closed = f"http://127.0.0.1:{gone.getsockname()[1]}"
        gone.close()
        found, reason = seen_with(closed, (nowhere, here))
        assert found is Look.SILENT
        assert reason
        # Who refuses a connection is there: it is the network that is asked about.
        assert seen_with(closed, (closed.removeprefix("http://"),))[0] is Look.SILENT


def test_with_no_anchor_there_the_fault_is_ours(monkeypatch):
    monkeypatch.setattr("qorgan.module.fallback.looking.PATIENCE", 0.3)
    found, reason = seen_with("http://127.0.0.1:9", ("anchor.invalid:53",))
    assert found is Look.NO_NETWORK
    assert "anchor.invalid:53" in reason


def test_name_servers_stand_in_for_anchors(tmp_path):
    kept = tmp_path / "resolv.conf"
    kept.write_text("# none\nnameserver 127.0.0.53\nnameserver 192.0.2.7\nsearch example\n")
    assert name_servers(kept) == ("192.0.2.7:53",)
    assert name_servers(tmp_path / "none") == ()
