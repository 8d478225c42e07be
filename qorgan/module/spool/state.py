"""The one row that says where the spool stands."""

from __future__ import annotations

import sqlite3
from typing import Final

import msgspec
from msgspec import Struct


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


_COLUMNS: Final = State.__struct_fields__
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM state"  # noqa: S608 (names of our own columns)
_UPDATE: Final = f"UPDATE state SET {', '.join(f'{name} = ?' for name in _COLUMNS)}"  # noqa: S608 (the same)


def load(connection: sqlite3.Connection) -> State:
    """The state as it is stored."""
    return State(*connection.execute(_SELECT).fetchone())


def store(connection: sqlite3.Connection, state: State) -> None:
    """Put the state in the place of the stored one."""
    connection.execute(_UPDATE, msgspec.structs.astuple(state))
