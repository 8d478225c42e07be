"""Batches out of the spool into a folder, each signed and sealed to the hub, in order, the same lines each time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module import hub_key
from qorgan.module.durable import write_durably
from qorgan.module.sender.speaker import Speaker
from qorgan.module.spool import view
from qorgan.module.spool.database import SpoolConnection
from qorgan.module.spool.state import State, load
from qorgan.module.spool.waiting import BadChunk, Batch, gather
from qorgan.wire import batch as wire_batch
from qorgan.wire import signature
from qorgan.wire.parcel import Parcel, seal

FILE: Final = "relay.json"
MAX_RECORDS: Final = wire_batch.MAX_RECORDS
MAX_BYTES: Final = 16 * 1024 * 1024
"""Of lines, before compression."""
_ANY: Final = 2**31


class RelayRefused(Exception):
    """Nothing can be carried. One line with its remedy."""


class Outbox(Struct):
    """Ranges of numbers that were written out and have no receipt yet, in order."""

    ranges: list[tuple[int, int]] = []


class Written(Struct, frozen=True, kw_only=True):
    """What was written."""

    files: list[str]
    signals: int


def export(state: Path, keys_at: Path, folder: Path, speaker: Speaker, *, now: datetime, most: int) -> Written:
    """Write every batch that waits and has no receipt, `most` of them at the most. Raises RelayRefused, SpoolError.

    (1) What the hub has taken is forgotten. (2) A batch is cut, and its numbers are written down. (3) Its file is
    written, sealed to the hub, whole or not at all.
    """
    files: list[str] = []
    signals = 0
    try:
        recipient = hub_key.find(state, speaker.pinned)
    except hub_key.HubKeyMissing as missing:
        raise RelayRefused(str(missing)) from None
    with view.opened(state, keys_at) as connection:
        for batch in _batches(connection, state, most):
            parcel = _signed(batch, speaker, now)
            put(folder / parcel.name, seal(parcel, recipient, speaker.identity.audience))
            files.append(parcel.name)
            signals += len(batch.lines)
    return Written(files=files, signals=signals)


def _batches(connection: SpoolConnection, state: Path, most: int) -> Iterator[Batch]:
    stands = load(connection)
    if stands.unsure:
        raise RelayRefused(
            "after damage only the centre can say what it has; ask it for the module's next number, and connect once"
        )
    # (1) Online or by a file, it is taken.
    outbox = _read(state)
    kept = [(first, last) for first, last in outbox.ranges if first > stands.acknowledged]
    if not kept or kept[0][0] != stands.acknowledged + 1:
        kept = []
    for first, last in kept[:most]:
        yield _gathered(connection, first - 1, last)
    after = kept[-1][1] if kept else stands.acknowledged
    for _ in range(most - len(kept)):
        batch = _next(connection, stands, after)
        if batch is None:
            return
        # (2) From here on these numbers are one batch, whatever happens to its file.
        after = batch.range.last
        kept.append((batch.range.first, after))
        write_durably(state / FILE, msgspec.json.encode(Outbox(ranges=kept)))
        yield batch


def _next(connection: SpoolConnection, stands: State, after: int) -> Batch | None:
    """The batch after a number; the sealed one, which a running module may have offered, as it was sealed."""
    if after == stands.acknowledged and stands.sealed_last > after:
        return _gathered(connection, after, stands.sealed_last)
    try:
        return gather(connection, after, max_records=MAX_RECORDS, max_bytes=MAX_BYTES)
    except BadChunk as bad:
        raise RelayRefused(f"the spool is damaged at signal {bad.first}; start the module, which mends it") from None


def _gathered(connection: SpoolConnection, after: int, last: int) -> Batch:
    try:
        found = gather(connection, after, until=last, max_records=_ANY, max_bytes=_ANY)
    except BadChunk as bad:
        raise RelayRefused(f"the spool is damaged at signal {bad.first}; start the module, which mends it") from None
    if found is None:
        raise RelayRefused(f"signals {after + 1} to {last} are not in the spool any more; remove {FILE} from the state")
    return found


def _signed(batch: Batch, speaker: Speaker, now: datetime) -> Parcel:
    body = wire_batch.pack(batch.lines)
    headers = {
        "Content-Type": wire_batch.CONTENT_TYPE,
        "Content-Encoding": wire_batch.CONTENT_ENCODING,
        signature.SEQUENCE: str(batch.range),
    }
    return Parcel(headers=speaker.sign(wire_batch.PATH, headers, body, now=now), body=body)


def put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, also on a stick that knows neither owners nor modes."""
    beside = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise RelayRefused(f"{path}: {error.strerror or error}; free its space, or name another folder") from None


def _read(state: Path) -> Outbox:
    path = state / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Outbox)
    except FileNotFoundError:
        return Outbox()
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise RelayRefused(f"{path}: is damaged; remove it, and what waits is cut into batches anew") from None
