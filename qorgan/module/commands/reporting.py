"""`qorgan module report`: what left, what was removed, what was ignored and quarantined, day by day (R67.4)."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from qorgan.module.accounting import Account
from qorgan.module.commands.outcome import CommandRefused, Outcome, table
from qorgan.module.config import load
from qorgan.module.report_words import word
from qorgan.module.spool import database, days, view
from qorgan.module.spool.days import Day

_IN_TROUBLE: Final = 1
_WEEK: Final = timedelta(days=6)


def report(args: argparse.Namespace) -> Outcome:
    """The days asked for, by default the last seven, and whether all days add up to the account."""
    first, last = _asked(args)
    config = load(args.config)
    if not (config.folder / database.FILE).exists():
        raise CommandRefused(f"{config.folder}: there is no spool yet; start `qorgan module run`")
    with view.opened(config.folder, config.keys_at) as connection:
        connection.execute("BEGIN")
        try:
            every, account = days.days(connection), view.account_within(connection)
        finally:
            connection.execute("COMMIT")
    faults = days.faults(every, account)
    shown = [day for day in every if first <= day.date <= last]
    value = {
        "first": first,
        "last": last,
        "days": msgspec.to_builtins(shown),
        "total": msgspec.to_builtins(days.total(shown)),
        "earlier": msgspec.to_builtins(days.total(day for day in every if day.date < first)),
        "account": _account(account),
        "adds_up": not faults,
        "faults": faults,
        "days_kept": days.KEPT,
        "time_zone": str(days.ZONE),
    }
    return Outcome(value, _words(shown, first, last, faults, args.lang), _IN_TROUBLE if faults else 0)


def _asked(args: argparse.Namespace) -> tuple[str, str]:
    """The first and the last day."""
    today = date.fromisoformat(days.date_of(datetime.now(UTC)))
    last = _day(args.day or args.to) or today
    first = last if args.day else _day(args.since) or last - _WEEK
    if first > last:
        raise CommandRefused(f"{first} is after {last}; give the earlier day to --from")
    return first.isoformat(), last.isoformat()


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise CommandRefused(f"{said} is no day; write it as 2026-11-20") from None


def _account(account: Account) -> dict[str, int]:
    return {
        "read": account.read,
        "became": account.became,
        "ignored": sum(account.ignored.values()),
        "quarantined": account.quarantined,
        "signals": account.signals,
        "sent": account.sent,
        "waiting": account.spooled,
        "lost": account.lost,
    }


def _words(shown: Sequence[Day], first: str, last: str, faults: list[str], language: str) -> str:
    verdict = (
        word("does-not-add-up", language).format(faults="; ".join(faults)) if faults else word("adds-up", language)
    )
    parts = [word("title", language).format(first=first, last=last), word("law", language)]
    if not shown:
        parts.append(word("nothing", language))
    else:
        parts += [
            _block("all-records", "day", shown, _records, language),
            _block("what-left", "type", shown, _left, language),
            _block("what-was-removed", "class", shown, lambda day: day.removed, language),
            _block("what-was-ignored", "reason", shown, lambda day: day.ignored, language),
        ]
    return "\n\n".join([*parts, f"{verdict}\n{word('kept', language).format(days=days.KEPT)}"])


def _records(day: Day) -> dict[str, int]:
    return {
        "read": day.read,
        "became": day.became,
        "ignored": sum(day.ignored.values()),
        "quarantined": day.quarantined,
        "made": sum(day.made.values()),
        "removed": sum(day.removed.values()),
    }


def _left(day: Day) -> dict[str, int]:
    types = {kind or "type-unknown": value for kind, value in day.sent.items()}
    whole = {"sent": sum(day.sent.values()), "refused": day.refused, "given-back": day.given_back}
    return types | whole | {"bytes": day.sent_bytes, "receipts": day.receipts}


def _block(title: str, heads: str, shown: Sequence[Day], values: Callable[[Day], dict[str, int]], language: str) -> str:
    """One row for each thing that was counted, one column for each day, and the sum of all."""
    columns = [values(day) for day in shown]
    keys = list(dict.fromkeys(key for column in columns for key in column))
    head = (word(heads if heads != "day" else "", language), *(day.date[5:] for day in shown), word("whole", language))
    rows = [
        (word(key, language), *(f"{column.get(key, 0):,}" for column in columns), f"{_sum(columns, key):,}")
        for key in keys
    ]
    return f"{word(title, language)}\n{table([head, *rows])}" if rows else f"{word(title, language)}\n–"


def _sum(columns: Sequence[dict[str, int]], key: str) -> int:
    return sum(column.get(key, 0) for column in columns)
