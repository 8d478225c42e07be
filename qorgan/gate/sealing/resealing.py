"""Seals anew, with the newest key, whatever an older key of the ring sealed. No Django here.

In batches, each a transaction of its own, beside a gate that runs: begun again after it was interrupted it goes on
with what is left, because a row tells by itself which key sealed it. Nothing that is opened is kept or said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import sql

from qorgan.gate.sealing.columns import COLUMNS, Column
from qorgan.gate.sealing.fields import SealBroken, from_text, seal_with, to_text, unseal_with
from qorgan.gate.sealing.ring import Ring

BATCH: Final = 500
_ID_BYTES: Final = 4

_KEY: Final = """
SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
WHERE indrelid = to_regclass(%s) AND indisprimary
"""
_BATCH: Final = """
SELECT {key}, {column}, {row} FROM {table}
WHERE {column} <> {empty} AND {sealed_by} <> %(newest)s AND {further}
ORDER BY {key} LIMIT %(batch)s FOR UPDATE
"""
_PUT: Final = "UPDATE {table} SET {column} = %s WHERE {key} = %s"


@dataclass(slots=True)
class Resealed:
    """What was done."""

    rows: dict[str, int] = field(default_factory=dict)
    """Values sealed anew, by `table.column`."""
    broken: list[str] = field(default_factory=list)
    """`table.column` and key of rows that do not open; they stay as they are."""


def reseal(url: str, ring: Ring, columns: Iterable[Column] = COLUMNS) -> Resealed:
    """Go through every column; `url` is the owner's, whom no grant keeps from a row."""
    done = Resealed()
    with psycopg.connect(url, autocommit=True) as connection:
        for column in columns:
            _reseal(connection, ring, column, done)
    return done


def _reseal(connection: psycopg.Connection[Any], ring: Ring, column: Column, done: Resealed) -> None:
    name = f"{column.table}.{column.name}"
    done.rows[name] = 0
    names = _names(connection, column)
    asked = {"newest": ring.newest if column.is_text else bytes.fromhex(ring.newest), "batch": BATCH}
    further: sql.Composable = sql.SQL("true")
    while True:
        with connection.transaction():
            rows = connection.execute(sql.SQL(_BATCH).format(**names, further=further), asked).fetchall()
            for key, value, row in rows:
                try:
                    fresh = _anew(ring, column, value, row)
                except SealBroken:
                    done.broken.append(f"{name} {key}")
                    continue
                connection.execute(sql.SQL(_PUT).format(**names), [fresh, key])
                done.rows[name] += 1
        if not rows:
            return
        # Past what does not open, too: it must not be asked for again and again.
        further = sql.SQL("{} > %(after)s").format(names["key"])
        asked["after"] = rows[-1][0]


def _names(connection: psycopg.Connection[Any], column: Column) -> dict[str, sql.Composable]:
    (key,) = [name for (name,) in connection.execute(_KEY, [column.table]).fetchall()]
    sealed_by = "left({}, {})" if column.is_text else "substring({} FOR {})"
    name = sql.Identifier(column.name)
    return {
        "table": sql.Identifier(column.table),
        "column": name,
        "key": sql.Identifier(key),
        "row": sql.Identifier(column.row or key),
        "empty": sql.SQL("''" if column.is_text else "''::bytea"),
        "sealed_by": sql.SQL(sealed_by).format(name, sql.Literal(_ID_BYTES * 2 if column.is_text else _ID_BYTES)),
    }


def _anew(ring: Ring, column: Column, value: Any, row: Any) -> str | bytes:
    field_ = column.field
    sealed = from_text(value, field=field_) if column.is_text else bytes(value)
    fresh = seal_with(ring, ring.newest, unseal_with(ring, sealed, field=field_, row=row), field=field_, row=row)
    return to_text(fresh) if column.is_text else fresh
