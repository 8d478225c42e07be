"""The one row that says where the spool stands, and the sums that find a changed bit in small rows."""

from __future__ import annotations

import sqlite3
import zlib
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module.spool.errors import SpoolDamaged


class State(Struct, frozen=True):
    """The columns of the table `state`, in their order; the table says what they mean."""

    next: int
    acknowledged: int
    unsure: int = 0
    sealed_last: int = 0
    age: float = 0.0
    spooled: int = 0
    spooled_records: int = 0
    sent: int = 0
    sent_records: int = 0
    refused: int = 0
    lost: int = 0
    lost_records: int = 0
    kept_bytes: int = 0


_COLUMNS: Final = (*State.__struct_fields__, "check_sum")
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM state"  # noqa: S608 (names of our own columns)
_INSERT: Final = f"INSERT OR REPLACE INTO state VALUES (1, {', '.join('?' * len(_COLUMNS))})"  # noqa: S608 (question marks)


def load(connection: sqlite3.Connection) -> State:
    """The state as it was stored. Raises SpoolDamaged when it is another one now."""
    *columns, found = connection.execute(_SELECT).fetchone() or (None, None)
    if found != check_sum(*columns):
        raise SpoolDamaged("the row of state is not what was stored")
    return State(*columns)


def insert(connection: sqlite3.Connection, state: State) -> None:
    """Put the state in the place of the stored one."""
    columns = msgspec.structs.astuple(state)
    connection.execute(_INSERT, (*columns, check_sum(*columns)))


def check_sum(*columns: object) -> int:
    """A sum over the values of a row, and their types."""
    return zlib.crc32(repr(columns).encode())
