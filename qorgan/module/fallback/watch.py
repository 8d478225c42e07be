"""Looks for ASOI all the time, keeps when it was away, and lets cards go up when it is there."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module.config import Hub as HubTable
from qorgan.module.fallback import spells
from qorgan.module.fallback.delivery import Delivery
from qorgan.module.fallback.looking import look
from qorgan.module.fallback.outage import Began, Outage, Patience, State
from qorgan.module.fallback.store import Store
from qorgan.module.fallback_settings import FallbackTable
from qorgan.module.sender.hub import Hub
from qorgan.module.sender.speaker import Speaker
from qorgan.module.spool import SpoolLocked

log = logging.getLogger(__name__)

_NOT_LOOKED: Final = "not looked yet"


class Standing(Struct, frozen=True, kw_only=True):
    """How ASOI stands, for the status page."""

    state: str = _NOT_LOOKED
    since: datetime | None = None
    reason: str = ""


class Watch:
    """One look after the other, until cancelled."""

    def __init__(
        self,
        folder: Path,
        table: FallbackTable,
        hub: HubTable,
        speaker: Callable[[], Speaker],
        clock: Callable[[], datetime],
        keys_at: Path,
    ) -> None:
        """Raises ConfigRefused when the file of authorities cannot be used; SpoolLocked."""
        self._table, self._clock = table, clock
        self._hub = Hub(hub)
        self._portal = Hub(msgspec.structs.replace(hub, url=table.portal or hub.url))
        self._outage = Outage(
            Patience(table.away_after_tries, timedelta(seconds=table.away_after_seconds), table.back_after_answers)
        )
        self._folder, self._keys_at, self._speaker = folder, keys_at, speaker
        self._kept: tuple[Store, Delivery] | None = None
        try:
            self._open()
        except (OSError, sqlite3.Error) as error:
            # On a full disk the module starts all the same: its spool has a reserve, and this is tried again.
            log.warning("the day ASOI is away cannot be kept: %s", error)

    def _open(self) -> tuple[Store, Delivery]:
        if self._kept is None:
            store = Store(self._folder, self._keys_at)
            spell = spells.open_spell(store)
            if spell is not None:
                self._outage.resume(datetime.fromisoformat(spell.since), spell.reason)
            self._kept = store, Delivery(store, self._folder, self._portal, self._speaker, self._clock)
        return self._kept

    def standing(self) -> Standing:
        """As it was seen last."""
        found = self._outage
        if found.since is None:
            return Standing()
        return Standing(state=found.state.value, since=found.since, reason=found.reason)

    async def run(self) -> None:
        """Look until cancelled. A fault of the disk is told and waited out."""
        try:
            while True:
                try:
                    await self._round()
                except (OSError, sqlite3.Error, SpoolLocked) as error:
                    log.warning("the day ASOI is away cannot be kept: %s", error)
                await asyncio.sleep(self._table.every_seconds)
        finally:
            await self._hub.close()
            await self._portal.close()

    async def _round(self) -> None:
        store, delivery = await asyncio.to_thread(self._open)
        seen, reason = await look(self._hub, self._table.anchors)
        before = self._outage.state
        change = self._outage.see(seen, self._clock(), reason)
        if change is not None:
            await asyncio.to_thread(spells.keep, store, change)
        self._tell(before, change)
        if self._outage.state is State.HERE:
            await delivery.fetch_key(self._hub)
            await delivery.deliver()

    def _tell(self, before: State, change: object) -> None:
        state, since = self._outage.state, self._outage.since
        if isinstance(change, Began):
            log.error("ASOI is away since %s: %s; the desk is open with `qorgan module desk`", since, change.reason)
        elif change is not None:
            log.warning("ASOI is back since %s", since)
        elif state is not before and state is State.LOCAL_FAULT:
            log.warning("the network here is broken, nothing can be said of ASOI: %s", self._outage.reason)
        elif before is State.LOCAL_FAULT and state is not before:
            log.info("the network here is well again")
