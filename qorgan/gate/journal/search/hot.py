"""Looks for entries in the tables: days at hand, by their indexes."""

from __future__ import annotations

from typing import Any, Final

import psycopg

from qorgan.gate.journal.content import SELECT, Row
from qorgan.gate.journal.search.query import Place, Query

_ALWAYS: Final = "true"
_ONE: Final = f"SELECT {SELECT} FROM gate_journal AS entry WHERE entry.id = %s"  # noqa: S608  # columns of our own


def find(connection: psycopg.Connection[Any], query: Query, after: Place | None, most: int) -> list[Row]:
    """The newest entries of the tables that are what the query says and older than `after`. Raises Refusal."""
    conditions, values = _conditions(query, after)
    asked = (
        f"SELECT {SELECT} FROM gate_journal AS entry WHERE {' AND '.join(conditions)} "  # noqa: S608  # all our own
        "ORDER BY entry.at DESC, entry.id DESC LIMIT %(most)s"
    )
    # A plan for these very values: how rare they are decides which index is right.
    rows = connection.execute(asked, values | {"most": most}, prepare=False).fetchall()
    return [Row(*row) for row in rows]


def one(connection: psycopg.Connection[Any], identifier: int) -> Row | None:
    """The entry with this id; None when it is not at hand."""
    found = connection.execute(_ONE, [identifier]).fetchone()
    return Row(*found) if found else None


def _conditions(query: Query, after: Place | None) -> tuple[list[str], dict[str, Any]]:
    given: dict[str, tuple[str, Any]] = {
        "since": ("entry.at >= %(since)s", query.since),
        "until": ("entry.at < %(until)s", query.until),
        "client": ("entry.client = %(client)s", query.client),
        "device": ("entry.device = %(device)s", query.device),
        "ceremony": ("entry.ceremony = %(ceremony)s", query.ceremony),
        "actor": ("entry.actor = %(actor)s", query.actor),
        "events": ("entry.event = ANY(%(events)s)", [event.value for event in query.events] or None),
        "outcome": ("entry.outcome = %(outcome)s", query.outcome),
    }
    conditions = [said for said, value in given.values() if value is not None]
    values = {name: value for name, (_, value) in given.items() if value is not None}
    network = query.network
    if network is not None:
        conditions.append("entry.address BETWEEN %(lowest)s::inet AND %(highest)s::inet")
        values |= {"lowest": str(network[0]), "highest": str(network[-1])}
    if after is not None:
        conditions.append("entry.at <= %(after)s AND (entry.at, entry.id) < (%(after)s, %(after_id)s)")
        values |= {"after": after.at, "after_id": after.id}
    return conditions or [_ALWAYS], values
