"""One search over tables and archives: every filter, page by page, finds what a plain look at all entries finds."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from filling import ago, at, fill, sign_in, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from qorgan.gate.journal.archive.making import archive
from qorgan.gate.journal.archive.shelf import Shelf, shelf_of
from qorgan.gate.journal.content import SELECT, Row
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.search.archived import Archives
from qorgan.gate.journal.search.query import Page, Place, Query
from qorgan.gate.journal.search.search import search_in
from qorgan.kit import clock
from qorgan.kit.refusal import Refusal

DAYS = [ago(110), ago(109), ago(95), ago(60), ago(1)]
TIMES = some.sampled_from([at(day, hour) for day in DAYS for hour in (0, 5, 23)] + [at(ago(111)), at(ago(-1))])


class Looked:
    """Everything that was written, and the search for it."""

    def __init__(self, journal: Any, folder: Path) -> None:
        made = shelf_of(journal.gate.config)
        shelf = Shelf(folder / "journal", made.origin, made.wrap, made.unwrap)
        fill(journal.web, DAYS, 20)
        bound = {"event": Event.DEVICE_BOUND, "by": UUID(int=55), "ceremony": UUID(int=66)}
        written(
            journal.web, *(sign_in(at(day, 7), **bound) for day in DAYS), *(sign_in(at(DAYS[0], 7)) for _ in range(9))
        )
        list(archive(journal.clerk, shelf, clock.now))
        assert len(list(shelf.folder.rglob("*.sealed"))) == 3
        with psycopg.connect(journal.superuser, autocommit=True) as connection:
            rows = connection.execute(f"SELECT {SELECT} FROM gate_journal AS entry").fetchall()
        self.journal, self.archives = journal, Archives(shelf)
        self.hot = [Row(*row) for row in rows]
        self.connection = psycopg.connect(journal.read, autocommit=True)

    def search(self, query: Query, after: str = "", size: int = 50) -> Page:
        return search_in(self.connection, self.archives, query, after, size)

    def everything(self) -> list[Row]:
        return [one.row for one in self.search(Query(), size=1000).entries]


@pytest.fixture
def looked(journal: Any, tmp_path: Path) -> Any:
    made = Looked(journal, tmp_path)
    yield made
    made.connection.close()
    made.archives.close()


def is_in(row: Row, network: str) -> bool:
    return row.address is not None and ipaddress.ip_address(row.address) in ipaddress.ip_network(network)


QUERIES = some.builds(
    Query,
    since=some.none() | TIMES,
    until=some.none() | TIMES,
    client=some.none() | some.integers(0, 7).map(lambda number: UUID(int=number)),
    device=some.none() | some.integers(90, 93).map(lambda number: UUID(int=number)),
    address=some.sampled_from(["", "", "203.0.113.7", "203.0.113.0/29", "2001:db8::2", "2001:db8::/124", "192.0.2.1"]),
    events=some.sampled_from([(), (), (Event.SIGN_IN,), (Event.DEVICE_BOUND, Event.JOURNAL_ARCHIVED)]),
    outcome=some.sampled_from([None, None, "done", "failed", "refused"]),
    actor=some.sampled_from([None, None, UUID(int=55)]),
    ceremony=some.sampled_from([None, None, UUID(int=66)]),
)


def plainly(row: Row, query: Query) -> bool:
    said: list[Callable[[], bool]] = [
        lambda: query.since is None or row.at >= query.since,
        lambda: query.until is None or row.at < query.until,
        lambda: query.client in (None, row.client),
        lambda: query.device in (None, row.device),
        lambda: query.actor in (None, row.actor),
        lambda: query.ceremony in (None, row.ceremony),
        lambda: not query.address or is_in(row, query.address),
        lambda: not query.events or row.event in query.events,
        lambda: query.outcome in (None, row.outcome),
    ]
    return all(one() for one in said)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(query=QUERIES, size=some.integers(1, 60))
@pytest.mark.clause("D26.journal")
@pytest.mark.clause("R48.161.4")
def test_every_filter_finds_what_a_plain_look_finds_page_by_page(looked: Looked, query: Query, size: int) -> None:
    everything = looked.everything()
    assert len(everything) == 20 * 5 + 5 + 9 + 3
    found: list[Row] = []
    page = looked.search(query, size=size)
    while True:
        found += [one.row for one in page.entries]
        assert len(page.entries) <= size
        if not page.after:
            break
        page = looked.search(query, page.after, size)
    assert found == [row for row in everything if plainly(row, query)]
    assert everything == sorted(everything, key=lambda row: (row.at, row.id), reverse=True)


def test_an_archived_entry_is_the_entry_that_was_written(looked: Looked) -> None:
    page = looked.search(Query(since=at(DAYS[0], 0), until=at(DAYS[0], 23) + timedelta(hours=1)), size=100)
    assert all(one.archived for one in page.entries)
    [first] = [one.row for one in page.entries if one.row.at == at(DAYS[0], 0, 0)]
    assert first.detail == '{"text": "құпиясөз \\"қате\\" \\\\ \x7f\\t", "number": 0}'
    assert first.before == '{"phone": "ends in 17"}'
    assert first.factors == ["password", "one-time-code"]
    assert (first.address, first.client, first.device) == ("2001:db8::", None, UUID(int=90))


def test_what_cannot_be_asked_is_refused_with_a_reason(looked: Looked) -> None:
    for query, after, code in (
        (Query(address="203.0.113.7.9"), "", "address-malformed"),
        (Query(), "bm90IGEgcGFnZQ==", "page-unknown"),
        (Query(), "%%%", "page-unknown"),
        (Query(), "äö", "page-unknown"),
    ):
        with pytest.raises(Refusal) as refusal:
            looked.search(query, after)
        assert refusal.value.code == code


def test_a_place_survives_being_written_down() -> None:
    place = Place(clock.now(), 77)
    assert Place.of(place.token()) == place


def test_django_asks_the_same_by_its_own_connection(journal: Any) -> None:
    from qorgan.gate.journal.search import search as asking

    numbers = written(journal.web, sign_in(), sign_in(client=UUID(int=8)))
    page = asking.search(Query(client=UUID(int=8)))
    assert [one.row.id for one in page.entries] == numbers[1:]
    row = asking.entry(numbers[0])
    assert row is not None
    assert (row.id, row.address) == (numbers[0], "203.0.113.7")
    assert asking.entry(10**9) is None


def test_a_request_through_a_proxy_of_ours_comes_from_whom_the_proxy_says() -> None:
    from qorgan.gate.journal.whence import address_behind

    ours = ["10.0.0.0/8", "::1/128"]
    assert address_behind("203.0.113.7", "192.0.2.1", ours) == "203.0.113.7"
    assert address_behind("10.0.0.1", "192.0.2.1", ours) == "192.0.2.1"
    assert address_behind("10.0.0.1", "1.1.1.1, 192.0.2.1, 10.9.9.9", ours) == "192.0.2.1"
    assert address_behind("10.0.0.1", "", ours) == "10.0.0.1"
    assert address_behind("10.0.0.1", "192.0.2.1, not an address", ours) == "10.0.0.1"
    assert address_behind("::1", "2001:db8::7", ours) == "2001:db8::7"


def test_a_day_whose_file_is_another_is_read_as_it_is(journal: Any, tmp_path: Path) -> None:
    made = shelf_of(journal.gate.config)
    shelf = Shelf(tmp_path / "journal", made.origin, made.wrap, made.unwrap)
    archives = Archives(shelf)
    for number in (3, 300):
        fill(journal.web, DAYS[:1], number)
        list(archive(journal.clerk, shelf, clock.now))
        with psycopg.connect(journal.read, autocommit=True) as connection:
            assert len(search_in(connection, archives, Query(events=(Event.SIGN_IN,)), size=1000).entries) == number
        journal.gate.tamper("DELETE FROM gate_archive")
        for file in shelf.folder.rglob("*.sealed"):
            file.unlink()
    archives.close()
