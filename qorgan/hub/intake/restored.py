"""A hub put back from an older backup finds out by what modules remember, and opens a new tree of the ledger.

The old tree's heads cannot be taken back, so it must never grow a second history. The gap itself comes back by
the numbers: the module's high-water mark is the old one again, and the module sends on from there.
"""

from __future__ import annotations

import base64
import binascii
import logging
from datetime import datetime
from typing import Final

from psycopg import AsyncConnection

from qorgan.hub.database.log_key import LogKey, epoch_of, epoch_origin
from qorgan.hub.intake.request import Request
from qorgan.hub.intake.statements import SQL
from qorgan.hub.intake.tree import Head, append
from qorgan.ledger.checkpoint import Checkpoint, open_checkpoint
from qorgan.ledger.entry import DocumentEntry, document_digest, instant
from qorgan.ledger.errors import NoteError
from qorgan.ledger.frontier import Frontier
from qorgan.ledger.note import SignedNote
from qorgan.wire.signature import KNOWN_CHECKPOINT

ENTRY_TYPE: Final = "ledger-epoch"
"""Type of the entry that opens an epoch; its digest is that of the lost checkpoint's note."""

_NO_AUTHORITY: Final = "000000000000"
_REMEMBERED: Final = 4096

_log = logging.getLogger(__name__)


class Memory:
    """Compares what modules remember of the ledger with the ledger."""

    def __init__(self, key: LogKey) -> None:
        self._key = key
        self._agreed: set[str] = set()

    def forget(self) -> None:
        """Compare everything anew: the database may have been put back."""
        self._agreed.clear()

    async def compare(self, connection: AsyncConnection, request: Request, now: datetime) -> None:
        """Open a new epoch if the module holds a head that this ledger signed and does not remember.

        A head that is not ours, or of an earlier tree, says nothing.
        """
        text = request.headers.get(KNOWN_CHECKPOINT.lower(), "")
        if not text or text in self._agreed:
            return
        try:
            note = base64.b64decode(text, validate=True).decode()
            known = Checkpoint.parse(SignedNote.parse(note).text)
        except (binascii.Error, UnicodeDecodeError, NoteError):
            _log.warning("%s: a checkpoint that cannot be read was presented", request.trace)
            return
        if not await _remembers(connection, known) and self._is_ours(note, known, request):
            async with connection.transaction():
                await self._settle(connection, known, note, now)
        if len(self._agreed) >= _REMEMBERED:
            self._agreed.clear()
        self._agreed.add(text)

    def _is_ours(self, note: str, known: Checkpoint, request: Request) -> bool:
        """Whether our own key signed it, under the name of any epoch."""
        epoch = epoch_of(self._key.origin, known.origin)
        if epoch is None:
            return False
        try:
            open_checkpoint(note, [self._key.verifier(epoch)])
        except NoteError:
            _log.warning("%s: a checkpoint was presented that this ledger did not sign", request.trace)
            return False
        return True

    async def _settle(self, connection: AsyncConnection, known: Checkpoint, note: str, now: datetime) -> None:
        """Judge again under the ledger's lock: another process may have opened the epoch meanwhile."""
        row = await (await connection.execute(SQL["lock_ledger"])).fetchone()
        epoch = epoch_of(self._key.origin, known.origin)
        if row is None or epoch is None or epoch < row[0] or await _remembers(connection, known):
            return
        await self._begin_epoch(connection, Head.read(row), epoch + 1, note, now)

    async def _begin_epoch(self, connection: AsyncConnection, old: Head, epoch: int, note: str, now: datetime) -> None:
        """(1) A new tree after the old one's last entry. (2) Its first entry says which head of the old was lost."""
        start = old.start + old.frontier.size
        origin = epoch_origin(self._key.origin, epoch)
        _log.error("this hub was put back from an older backup; its ledger goes on as %s", origin)
        # (1) Positions go on, so that every entry keeps the one it has.
        await connection.execute(
            SQL["open_epoch"], {"epoch": epoch, "origin": origin, "start": start, "at": now, "lost": note}
        )
        # (2) Whoever reads the new tree learns of the old one's fate from its first entry.
        authority = await (await connection.execute(SQL["authority"])).fetchone()
        entry = DocumentEntry(
            type=ENTRY_TYPE,
            number=origin,
            version=epoch,
            organisation=authority[0] if authority else _NO_AUTHORITY,
            digest=document_digest(note.encode()),
            at=instant(now),
        )
        appended = append(Head(epoch, start, Frontier()), entry, self._key, now)
        await connection.execute(SQL["append_entry"], appended.row | {"organisation": None})


async def _remembers(connection: AsyncConnection, known: Checkpoint) -> bool:
    """Whether the ledger signed this very head. Every head it signs is kept, and an empty tree has but one."""
    if known.size == 0:
        return True
    parameters = {"origin": known.origin, "size": known.size}
    row = await (await connection.execute(SQL["known_head"], parameters)).fetchone()
    return row is not None and Checkpoint.parse(SignedNote.parse(row[0]).text) == known
