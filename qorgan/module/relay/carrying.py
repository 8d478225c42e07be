"""The machine in between: without key or spool, it gives the files it was given to the hub, and writes its answers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module import hub_key
from qorgan.module.relay.outbox import put
from qorgan.module.sender import outcome
from qorgan.module.sender.hub import Hub, HubAway
from qorgan.wire.batch import PATH
from qorgan.wire.package import KEY_PATH
from qorgan.wire.parcel import CONTENT_TYPE as CARRIED_TYPE
from qorgan.wire.parcel import PATH as CARRIED_PATH
from qorgan.wire.parcel import RECEIPT_SUFFIX, SUFFIX, ParcelRefused, check_whole, is_sealed
from qorgan.wire.parcel import read as read_parcel
from qorgan.wire.reply import BatchReply

_TOO_OLD: Final = "; if it is over two days old, export it again, or have the centre import it"


class Carried(Struct, kw_only=True):
    """What became of the files of a folder, by name."""

    taken: list[str] = []
    refused: dict[str, str] = {}
    """Why, and what to do."""


async def carry(folder: Path, receipts: Path, hub: Hub) -> Carried:
    """Give every batch of a folder to the hub, in order, and write each receipt and the hub's sealing key.

    Raises HubAway, RelayRefused.
    """
    carried = Carried()
    await fetch_key(receipts, hub)
    paths = await asyncio.to_thread(lambda: sorted(folder.glob(f"*{SUFFIX}")))
    for path in paths:
        receipt = receipts / (path.name.removesuffix(SUFFIX) + RECEIPT_SUFFIX)
        if receipt.exists():
            carried.taken.append(path.name)
            continue
        try:
            put(receipt, await _given(path.read_bytes(), hub))
        except ParcelRefused as refused:
            carried.refused[path.name] = str(refused)
        except OSError as error:
            carried.refused[path.name] = error.strerror or str(error)
        else:
            carried.taken.append(path.name)
    return carried


async def fetch_key(receipts: Path, hub: Hub) -> None:
    """Put the hub's sealing key beside its receipts, for the module that cannot ask for it. Raises HubAway."""
    answer = await hub.get(KEY_PATH)
    if answer.is_taken:
        put(receipts / hub_key.FILE, answer.body)


async def _given(content: bytes, hub: Hub) -> bytes:
    if is_sealed(content):
        check_whole(content)
        answer = await hub.post(CARRIED_PATH, {"Content-Type": CARRIED_TYPE}, content)
    else:
        parcel = read_parcel(content)
        answer = await hub.post(PATH, parcel.headers, parcel.body)
    found = outcome.read(answer)
    if found.do is outcome.Do.WAIT:
        raise HubAway(found.reason)
    if found.do is not outcome.Do.JUDGE:
        old = _TOO_OLD if found.do is outcome.Do.RENEW else ""
        raise ParcelRefused(f"the hub refuses it: {found.reason}{old}")
    try:
        msgspec.json.decode(answer.body, type=BatchReply)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ParcelRefused("what answers is no hub") from None
    return answer.body
