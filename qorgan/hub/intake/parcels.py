"""Taking batches that came as files: the same proof, the same store and the same receipt as at the door of intake.

One thing is other: a signature may be old here, since a stick or a one-way relay takes its time. It is the hub's own
operator who brings the file, and a replay changes nothing, because a batch counts once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec import Struct
from psycopg import AsyncConnection

from qorgan.hub.database.log_key import LogKey
from qorgan.hub.intake.answers import Refused
from qorgan.hub.intake.records import Reading
from qorgan.hub.intake.request import Request
from qorgan.hub.intake.rows import Origin, Rows
from qorgan.hub.intake.sender import prove_sender
from qorgan.hub.intake.taking import Incoming, Store
from qorgan.wire import batch as wire_batch
from qorgan.wire.parcel import (
    MAX_CARRIED,
    RECEIPT_SUFFIX,
    SUFFIX,
    Parcel,
    ParcelRefused,
    is_sealed,
    open_sealed,
)
from qorgan.wire.parcel import read as read_parcel
from qorgan.wire.signature import MAX_AGE

_TRACE: Final = "file"
KEY_FILE: Final = "hub-sealing-key"
"""The name under which a module looks for the sealing key beside its receipts."""


class Keys(Struct, frozen=True, kw_only=True):
    """The hub's keys that files need."""

    log: LogKey
    sealing: X25519PrivateKey
    note: str
    """The public half of the sealing key, which goes back beside the receipts."""


class Imported(Struct, kw_only=True):
    """What became of the files of a folder, by name."""

    taken: list[str] = []
    refused: dict[str, str] = {}


async def import_folder(
    folder: Path, receipts: Path, url: str, keys: Keys, *, audience: str, clock: Callable[[], datetime]
) -> Imported:
    """Take every batch of a folder, in the order of its numbers, and write each receipt beside the others.

    A file that is cut, forged, or ahead of one that is missing is named and left; it keeps no other module's back.
    Each batch has its own time of receipt, by which its records are found again. Raises psycopg.Error when PostgreSQL
    cannot store: what was taken by then is taken.
    """
    imported = Imported()
    store = Store(keys.log)
    _put(receipts / KEY_FILE, keys.note.encode())
    async with await AsyncConnection.connect(url, autocommit=True) as connection:
        for path in sorted(folder.glob(f"*{SUFFIX}")):  # noqa: ASYNC240 (nothing else goes on in this process)
            try:
                parcel = opened(path.read_bytes(), keys.sealing, audience)
                answer = await _take(parcel, store, connection, audience, clock())
                _put(receipts / (path.name.removesuffix(SUFFIX) + RECEIPT_SUFFIX), answer)
            except ParcelRefused as refused:
                imported.refused[path.name] = str(refused)
            except Refused as refused:
                imported.refused[path.name] = f"{refused.code}: {refused.detail}"
            except wire_batch.BatchRefused as refused:
                imported.refused[path.name] = f"{refused.code}: {refused.reason}"
            except OSError as error:
                imported.refused[path.name] = error.strerror or str(error)
            else:
                imported.taken.append(path.name)
    return imported


def opened(content: bytes, sealing: X25519PrivateKey, audience: str) -> Parcel:
    """What a file holds, sealed or, of a module before that, in clear. Raises ParcelRefused."""
    return open_sealed(content, sealing, audience) if is_sealed(content) else read_parcel(content)


async def _take(parcel: Parcel, store: Store, connection: AsyncConnection, audience: str, now: datetime) -> bytes:
    signed_at = parcel.signed_at
    if not -MAX_AGE <= now - signed_at <= MAX_CARRIED:
        raise ParcelRefused(f"it was signed at {signed_at:%Y-%m-%d %H:%M} UTC; have it exported again")
    headers = {name.lower(): value for name, value in parcel.headers.items()}
    request = Request("POST", wire_batch.PATH, headers, _TRACE)
    sender = await prove_sender(request, parcel.body, connection=connection, audience=audience, now=signed_at)
    reading = Reading(parcel.range, Rows(Origin(now, sender.organisation, sender.module)))
    ndjson = wire_batch.unpack(parcel.body)
    reading.read([] if ndjson == b"\n" else wire_batch.split(ndjson))
    return await store.take(connection, Incoming(sender, reading, _TRACE))


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(content)
    beside.replace(path)
