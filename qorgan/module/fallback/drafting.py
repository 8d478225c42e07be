"""The task that drafts cards of what gates told, as soon as that is stored, until it is cancelled."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from qorgan.module.disruptions import Disruptions
from qorgan.module.fallback import disrupted
from qorgan.module.fallback.language import speaking
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.store import Store
from qorgan.module.spool import SpoolLocked
from qorgan.wire.disruption import Disruption

log = logging.getLogger(__name__)

_EVERY: Final = 2.0


class Drafting:
    """Drafts, and knows since when a draft waits. A fault of the disk is told and waited out: reading goes on."""

    def __init__(
        self,
        disruptions: Disruptions,
        folder: Path,
        keys_at: Path,
        language: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._disruptions, self._folder, self._keys_at = disruptions, folder, keys_at
        self._language, self._clock = language, clock
        self._done: dict[object, Disruption] = {}
        self._unseen: datetime | None = None
        self._trouble = ""

    def unseen_since(self) -> datetime | None:
        """Since when a draft waits that nobody has looked into; None where none does."""
        return self._unseen

    async def run(self) -> None:
        """Draft until cancelled."""
        while True:
            if self._disruptions.gates:
                try:
                    await asyncio.to_thread(self._round)
                    self._trouble = ""
                except (OSError, sqlite3.Error, SpoolLocked, Refused) as error:
                    if str(error) != self._trouble:
                        log.error("what a gate told is not drafted yet: %s", error)  # noqa: TRY400 (tried again)
                    self._trouble = str(error)
            await asyncio.sleep(_EVERY)

    def _round(self) -> None:
        store, now = Store(self._folder, self._keys_at), self._clock()
        for told in self._disruptions.told:
            if self._done.get(told.id) == told:
                continue
            with speaking(self._language) as manner:
                card = disrupted.draft(store, told, manner, now)
            log.warning(
                "the gate tells of a disruption of sign-in (%s, %s): card %s at the desk", told.cause, told.phase, card
            )
            self._done[told.id] = told
        self._unseen = disrupted.unseen_since(store, now)
