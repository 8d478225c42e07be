"""Whether the ring of keys belongs to the database: before a gate works with the two, or makes a ring of its own.

Without it a gate whose ring was lost would start with a new one, find nobody, and seal beside what it cannot open.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from qorgan.gate.sealing.columns import COLUMNS, Column
from qorgan.gate.sealing.ring import FILE, RingBroken, read_ring

_SOME: Final = 1000
"""Values that are looked at in each column: where a key is missing, it is missing for many."""
_ID_BYTES: Final = 4
_KEYS: Final = (
    "SELECT DISTINCT key FROM (SELECT {key} AS key FROM {table} WHERE {column} <> {empty} LIMIT %s) AS looked_at"
)


def check(url: str, state: Path) -> None:
    """Whether what is sealed was sealed by keys of this ring. `url` is the owner's. Raises RingBroken."""
    known = set(read_ring(state).keys) if (state / FILE).exists() else set()
    with psycopg.connect(url) as connection:
        for column in COLUMNS:
            missing = sorted(_keys(connection, column) - known)
            if missing:
                raise RingBroken(
                    f"{state / FILE}: {column.table}.{column.name} was sealed with the key {missing[0]}, which is not "
                    "on this ring; put back the sealing.json that belongs to this database"
                )


def _keys(connection: psycopg.Connection[tuple[str]], column: Column) -> set[str]:
    name = sql.Identifier(column.name)
    key = sql.SQL("left({}, {})" if column.is_text else "encode(substring({} FOR {}), 'hex')")
    query = sql.SQL(_KEYS).format(
        key=key.format(name, sql.Literal(_ID_BYTES * 2 if column.is_text else _ID_BYTES)),
        table=sql.Identifier(column.table),
        column=name,
        empty=sql.SQL("''" if column.is_text else "''::bytea"),
    )
    return {found for (found,) in connection.execute(query, [_SOME]).fetchall()}
