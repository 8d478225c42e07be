"""What `qorgan hub expire` does: drops days of signals that no act keeps any more, says so, and seals that it did."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from typing import Final

from qorgan.hub.config import Config
from qorgan.hub.database.connection import Role
from qorgan.hub.database.expiry import expire as drop
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.run.sealing import Sealer
from qorgan.hub.run.server import connected
from qorgan.kit.database.connection import DatabaseRefused
from qorgan.kit.outcome import Outcome
from qorgan.law.asoi import SIGNALS
from qorgan.law.calendar import local_date, months_later

KEPT: Final = SIGNALS
"""Its months are our reading, and every day that is dropped says so in the audit trail."""


def expire(config: Config, args: argparse.Namespace) -> Outcome:
    """Drop the signals of every day before a date. Raises DatabaseRefused for days that must be kept."""
    now = datetime.now(UTC)
    before = _date(args.before)
    refuse_kept(before, local_date(now))
    basis = f"past {KEPT.months} months; {KEPT.basis}"
    with connected(config) as urls:
        days = [day.isoformat() for day in drop(urls[Role.OWNER], before, basis, now)]
        Sealer(urls[Role.INTAKE], read_log_key(config)).seal(datetime.now(UTC))
    dropped = f"{len(days)} days, {days[0]} to {days[-1]}, are dropped." if days else "No day before it is stored."
    return Outcome({"before": before.isoformat(), "dropped": days}, dropped)


def refuse_kept(before: date, today: date) -> None:
    """Raise DatabaseRefused if a day before `before` must still be kept `today`."""
    if months_later(before, KEPT.months) > today:
        raise DatabaseRefused(
            f"signals of days before {before} must still be kept: {KEPT.months} months ({KEPT.basis}); "
            "give an earlier date"
        )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DatabaseRefused(f"{text} is no date; give it as 2026-01-31") from None
