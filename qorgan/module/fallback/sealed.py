"""Which columns of the desk's database are sealed, and with what each is bound to its place.

The seal is the spool's (`spool.sealing`). What is authenticated with a value is its column and the key of its row, so
that no value can stand in another's place.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from qorgan.module.fallback.refusal import Refused
from qorgan.module.spool.sealing import ID_BYTES, MARK, KeyRing, SealBroken

COLUMNS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("card", "content"): ("id",),
    ("card", "exact"): ("id",),
    ("agreement", "exact"): ("card", "wording"),
    ("agreement", "agreement"): ("card", "wording"),
    ("act", "detail"): ("at", "person", "verb"),
    ("package", "body"): ("digest",),
    ("package", "refused"): ("digest",),
    ("receipt", "reply"): ("card", "wording"),
    ("choice", "choice"): ("card",),
    ("call", "call"): ("card",),
    ("letter", "exact"): ("id",),
    ("disruption", "told"): ("id",),
    ("paper", "body"): ("letter", "name"),
}
"""Every sealed column, with the columns that name its row."""


class Kept(sqlite3.Connection):
    """A connection that seals and unseals."""

    keys: KeyRing

    def seal(self, column: str, content: bytes, *row: object) -> bytes:
        """A value as it is kept in `table.column` of the row that is named so. Raises SpoolLocked."""
        self.execute("INSERT OR IGNORE INTO seal VALUES (?)", (self.keys.current,))
        return self.keys.seal(content, _about(column, row))

    def unseal(self, column: str, kept: bytes, *row: object) -> bytes:
        """The value of a row. Raises Refused `damaged` for one that was changed or put there from elsewhere."""
        try:
            return self.keys.unseal(kept, _about(column, row))
        except SealBroken:
            raise Refused("damaged") from None


def keys_used(connection: sqlite3.Connection) -> set[str]:
    """The ids of the keys that something here is sealed under."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'seal'").fetchone() is None:
        return set()
    return {str(row[0]) for row in connection.execute("SELECT key FROM seal")}


def is_due(connection: Kept) -> bool:
    """Whether anything is not sealed under the key that seals, or another is remembered as needed."""
    return bool(keys_used(connection) - {connection.keys.current}) or any(
        _others(connection, table, column, "1", most=1) for table, column in COLUMNS
    )


def seal_anew(connection: Kept) -> None:
    """Seal whatever is not sealed under the key that seals, under it."""
    for (table, column), row in COLUMNS.items():
        for place, found, *names in _others(connection, table, column, ", ".join(("rowid", column, *row))):
            kept = found.encode() if isinstance(found, str) else bytes(found)
            plain = connection.unseal(f"{table}.{column}", kept, *names)
            again = connection.seal(f"{table}.{column}", plain, *names)
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (again, place))  # noqa: S608 (names of ours)
    connection.execute("DELETE FROM seal WHERE key <> ?", (connection.keys.current,))


def _others(connection: Kept, table: str, column: str, wanted: str, *, most: int = -1) -> list[sqlite3.Row]:
    """What is wanted of the rows of which a value stands open, or under another key."""
    query = (
        f"SELECT {wanted} FROM {table} WHERE length({column}) > 0 "  # noqa: S608 (names of ours)
        f"AND substr(CAST({column} AS BLOB), 1, {len(MARK) + ID_BYTES}) <> ? LIMIT {most}"
    )
    return connection.execute(query, (MARK + bytes.fromhex(connection.keys.current),)).fetchall()


def _about(column: str, row: tuple[object, ...]) -> bytes:
    return "\0".join(("fallback", column, *map(str, row))).encode()
