"""The ledger over HTTP in the C2SP tlog-tiles layout. Public: hashes only, no organisation in it.

`/ledger/...` is the present tree; `/ledger/<epoch>/...` any tree by its number.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from psycopg import AsyncConnection

from qorgan.hub.database.log_key import LogKey
from qorgan.hub.intake.answers import Answer, Refused
from qorgan.hub.intake.statements import SQL
from qorgan.ledger.checkpoint import Checkpoint, sign
from qorgan.ledger.errors import TileError
from qorgan.ledger.tiles import HEIGHT, WIDTH, Bundle, Tile, bundle_bytes, tile_bytes
from qorgan.ledger.tree import EMPTY_ROOT

PREFIX: Final = "/ledger/"
_PATH: Final = re.compile(r"/ledger/(?:(?P<epoch>[0-9]{1,9})/)?(?P<rest>checkpoint|key|tile/.+)")
_TEXT: Final = "text/plain; charset=utf-8"
_BYTES: Final = "application/octet-stream"
_FOREVER: Final = "public, max-age=31536000, immutable"
_NOT_LONG: Final = "no-cache"


async def publish(connection: AsyncConnection, path: str, key: LogKey) -> Answer:
    """The resource at a path. Raises Refused `not-found` for what is not there or not there yet."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise Refused("not-found")
    if found["rest"] == "key":
        return await _keys(connection, key)
    wanted = int(found["epoch"]) if found["epoch"] else None
    row = await (await connection.execute(SQL["epoch_state"], {"epoch": wanted})).fetchone()
    if row is None:
        raise Refused("not-found")
    epoch, start, size = row
    if found["rest"] == "checkpoint":
        return await _checkpoint(connection, key, epoch, size)
    try:
        if found["rest"].startswith("tile/entries/"):
            return await _bundle(connection, Bundle.parse(found["rest"]), start, size)
        return await _tile(connection, Tile.parse(found["rest"]), epoch, start, size)
    except TileError:
        raise Refused("not-found") from None


async def _keys(connection: AsyncConnection, key: LogKey) -> Answer:
    """The verifier key of every tree, the first one's first."""
    epochs = await (await connection.execute(SQL["epochs"])).fetchall()
    lines = "".join(f"{key.verifier(epoch)}\n" for (epoch,) in epochs)
    return Answer(lines.encode(), content_type=_TEXT, cache=_NOT_LONG)


async def _checkpoint(connection: AsyncConnection, key: LogKey, epoch: int, size: int) -> Answer:
    row = await (await connection.execute(SQL["checkpoint_at"], {"epoch": epoch, "size": size})).fetchone()
    signing = key.signing(epoch)
    note = row[0] if row else str(sign(Checkpoint(signing.name, 0, EMPTY_ROOT), [signing]))
    return Answer(note.encode(), content_type=_TEXT, cache=_NOT_LONG)


async def _tile(connection: AsyncConnection, tile: Tile, epoch: int, start: int, size: int) -> Answer:
    if tile.index * WIDTH + tile.width > size >> tile.level * HEIGHT:
        raise Refused("not-found")
    first, end = tile.index * WIDTH, tile.index * WIDTH + tile.width
    if tile.level == 0:
        rows = await connection.execute(SQL["tile_leaves"], {"first": start + first, "end": start + end})
    else:
        rows = await connection.execute(
            SQL["tile_hashes"], {"epoch": epoch, "level": tile.level, "first": first, "end": end}
        )
    return Answer(tile_bytes([one for (one,) in await rows.fetchall()]), content_type=_BYTES, cache=_FOREVER)


async def _bundle(connection: AsyncConnection, bundle: Bundle, start: int, size: int) -> Answer:
    """An entry as the log publishes it is the hash of what the hub keeps: it says nothing to who lacks the entry."""
    first, end = bundle.index * WIDTH, bundle.index * WIDTH + bundle.width
    if end > size:
        raise Refused("not-found")
    rows = await connection.execute(SQL["bundle"], {"first": start + first, "end": start + end})
    entries = [hashlib.sha256(entry).digest() for (entry,) in await rows.fetchall()]
    return Answer(bundle_bytes(entries), content_type=_BYTES, cache=_FOREVER)
