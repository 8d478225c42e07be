"""The columns of an archive: a row as it was written, and its link, so that the chain needs no database."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from qorgan.gate.journal.content import COLUMNS

KEY_BYTES: Final = 17
_TIME: Final = pa.timestamp("us", tz="UTC")
_TEXT: Final = pa.string()
SCHEMA: Final = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("at", _TIME, nullable=False),
        *(pa.field(name, _TEXT, nullable=False) for name in ("event", "outcome", "population")),
        *(pa.field(name, _TEXT) for name in ("client", "actor", "ceremony", "device", "address")),
        pa.field("port", pa.int32(), nullable=False),
        *(pa.field(name, _TEXT, nullable=False) for name in ("program", "trace")),
        pa.field("factors", pa.list_(_TEXT), nullable=False),
        *(pa.field(name, _TEXT, nullable=False) for name in ("rule", "edition", "reason")),
        *(pa.field(name, _TEXT) for name in ("before", "after")),
        pa.field("detail", _TEXT, nullable=False),
        pa.field("strand", pa.int16(), nullable=False),
        pa.field("link", pa.int64(), nullable=False),
        pa.field("linked_at", _TIME, nullable=False),
        pa.field("hash", pa.binary(32), nullable=False),
        pa.field("address_key", pa.binary(KEY_BYTES)),
    ]
)
IDENTIFIERS: Final = tuple(COLUMNS.index(name) for name in ("client", "actor", "ceremony", "device"))
"""Places of columns that are UUIDs in the database and text here."""
_ADDRESS: Final = COLUMNS.index("address")


def table_of(rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows of the database as a table of an archive."""
    columns = list(zip(*rows, strict=True))
    for place in IDENTIFIERS:
        columns[place] = tuple(None if one is None else str(one) for one in columns[place])
    columns.append(tuple(None if one is None else address_key(one) for one in columns[_ADDRESS]))
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def address_key(address: str) -> bytes:
    """An address as bytes in the order of addresses: a network is a range of them."""
    ip = ipaddress.ip_address(address)
    return bytes([ip.version]) + ip.packed.rjust(KEY_BYTES - 1, b"\0")
