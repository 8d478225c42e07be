"""What was read, made, removed and sent on each day: counters in the same transactions as the account's own (R67.4).

They stand in the table of tallies under names of days, which no source can have. What a day older than `KEPT` had is
put to the row `EARLIER`, where everything from before counting by days stands too; so the days and it always add up to
the account, and a test holds them to that.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from qorgan.module.accounting import Account, Counts
from qorgan.module.spool.database import SpoolConnection
from qorgan.module.spool.errors import SpoolError
from qorgan.module.spool.waiting import BadChunk, gather

KEPT: Final = 400
"""Days whose counters are kept one by one: a year, and the month in which an auditor asks for it."""
ZONE: Final = ZoneInfo("Asia/Almaty")
"""Days begin at midnight in Kazakhstan."""
_FIRST: Final = "(day "
_BEHIND: Final = "(day!"
EARLIER: Final = "(day )"
"""Sorts before every day, and is none."""
OF_DAYS: Final = f"source >= '{_FIRST}' AND source < '{_BEHIND}'"
NOT_OF_DAYS: Final = f"(source < '{_FIRST}' OR source >= '{_BEHIND}')"
_ANY: Final = 2**31


class Day(Struct, kw_only=True):
    """The counters of one day; `date` is empty for what was before days were counted, or lies too far back."""

    date: str = ""
    read: int = 0
    became: int = 0
    """Records that became signals."""
    quarantined: int = 0
    ignored: dict[str, int] = {}
    """Records that are no security event, by reason."""
    removed: dict[str, int] = {}
    """Values removed, by class."""
    made: dict[str, int] = {}
    """Signals made, by type. Of those from before counting by days the type is not known: ''."""
    made_bytes: int = 0
    sent: dict[str, int] = {}
    """Signals that the hub has taken, by type, with those it refused one by one."""
    sent_bytes: int = 0
    """Of their lines, before compression."""
    refused: int = 0
    receipts: int = 0
    given_back: int = 0
    """Signals that the hub had lost and asked for again."""


class _Typed(Struct):
    type: str


_typed = msgspec.json.Decoder(_Typed)


def date_of(at: datetime) -> str:
    """The day of an instant, as it is counted here."""
    return at.astimezone(ZONE).date().isoformat()


def of_chunk(counts: Counts, lines: Iterable[bytes]) -> dict[str, int]:
    """The counters of one chunk."""
    tallies = {"read": counts.read, "became": counts.became, "quarantined": counts.quarantined}
    tallies |= {f"ignored:{reason}": value for reason, value in counts.ignored.items()}
    tallies |= {f"removed:{kind}": value for kind, value in counts.redacted.items()}
    return tallies | _of_lines("made", lines)


def of_sent(
    connection: SpoolConnection, after: int, upto: int, *, signals: int, refused: int, receipts: int
) -> dict[str, int]:
    """The counters of signals that the hub has taken. `signals` counts them, those that cannot be read too."""
    tallies: dict[str, int] = {"refused": refused, "receipts": receipts}
    try:
        batch = gather(connection, after, until=upto, max_records=_ANY, max_bytes=_ANY)
    except (BadChunk, SpoolError):
        batch = None
    tallies |= _of_lines("sent", batch.lines if batch and signals else ())
    told = sum(value for name, value in tallies.items() if name.startswith("sent:"))
    return tallies | {"sent:": signals - told}


def _of_lines(name: str, lines: Iterable[bytes]) -> dict[str, int]:
    types: Counter[str] = Counter()
    size = 0
    for line in lines:
        size += len(line)
        try:
            types[_typed.decode(line).type] += 1
        except msgspec.MsgspecError:
            types[""] += 1
    return {f"{name}:{kind}": value for kind, value in types.items()} | {f"{name}_bytes": size}


def note(connection: sqlite3.Connection, date: str, tallies: Mapping[str, int]) -> None:
    """Put counters to a day's, before they are put to the account's.

    The first call of all puts what was before it to `EARLIER`; with a new day, days that need not be kept go there too.
    """
    known = connection.execute(f"SELECT max(source) FROM tally WHERE {OF_DAYS}").fetchone()[0]  # noqa: S608 (ours)
    if known is None:
        _put(connection, EARLIER, {"read": 0, **_before(connection)})
    elif known < _FIRST + date:
        _let_go(connection)
    _put(connection, _FIRST + date, tallies)


def _let_go(connection: sqlite3.Connection) -> None:
    query = f"SELECT DISTINCT source FROM tally WHERE {OF_DAYS} ORDER BY source DESC"  # noqa: S608 (ours)
    every = [source for (source,) in connection.execute(query) if source != EARLIER]
    for source in every[KEPT - 1 :]:
        rows = connection.execute("SELECT name, value FROM tally WHERE source = ?", (source,)).fetchall()
        _put(connection, EARLIER, {name.removeprefix(_FIRST): value for name, value in rows})
        connection.execute("DELETE FROM tally WHERE source = ?", (source,))


def _put(connection: sqlite3.Connection, source: str, tallies: Mapping[str, int]) -> None:
    connection.executemany(
        "INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value",
        [(source, _FIRST + name, value) for name, value in tallies.items() if value > 0],
    )


def _before(connection: sqlite3.Connection) -> dict[str, int]:
    """What the account had counted before days were."""
    tallies: Counter[str] = Counter()
    for name, value in connection.execute("SELECT name, value FROM tally"):
        key, colon, rest = name.partition(":")
        tallies[{"signals": "made:", "redacted": "removed"}.get(key, key) + colon + rest] += value
    (sent, refused) = connection.execute("SELECT sent, refused FROM state").fetchone()
    return {**tallies, "sent:": sent, "refused": refused}


def days(connection: sqlite3.Connection, first: str = "", last: str = "9") -> list[Day]:
    """The days from one to another, in their order; with an empty `first`, what was earlier comes before them."""
    found: dict[str, Day] = {}
    query = f"SELECT source, name, value FROM tally WHERE {OF_DAYS} ORDER BY source, name"  # noqa: S608 (ours)
    for source, name, value in connection.execute(query):
        date = "" if source == EARLIER else source.removeprefix(_FIRST)
        if not (date >= first and date <= last):
            continue
        day = found.setdefault(date, Day(date=date))
        key, colon, kind = name.removeprefix(_FIRST).partition(":")
        if colon:
            getattr(day, key)[kind] = value
        else:
            setattr(day, key, value)
    return list(found.values())


def total(some: Iterable[Day]) -> Day:
    """The sums of days."""
    whole = Day()
    for day in some:
        for name in Day.__struct_fields__[1:]:
            value, more = getattr(whole, name), getattr(day, name)
            setattr(whole, name, dict(Counter(value) + Counter(more)) if isinstance(value, dict) else value + more)
    return whole


def faults(every: Iterable[Day], account: Account) -> list[str]:
    """Where the days and what was earlier do not add up to the account, as sentences; none when all is well."""
    whole = total(every)
    pairs = [
        ("read", whole.read, account.read),
        ("became", whole.became, account.became),
        ("quarantined", whole.quarantined, account.quarantined),
        ("ignored", sum(whole.ignored.values()), sum(account.ignored.values())),
        ("removed", sum(whole.removed.values()), sum(account.redacted.values())),
        ("signals made", sum(whole.made.values()), account.signals),
        ("signals sent", sum(whole.sent.values()) - whole.given_back, account.sent),
    ]
    return [f"{name}: {left:,} by days, {right:,} in the account" for name, left, right in pairs if left != right]
