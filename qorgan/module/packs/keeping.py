"""Keeps a running module judging by the packs in force, and asks the hub for newer ones as the institution agreed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

import msgspec

from qorgan.module.classify.pack import PackRefused, own_list
from qorgan.module.packs.store import Store
from qorgan.module.sender.hub import Hub, HubAway
from qorgan.module.sender.speaker import Speaker
from qorgan.wire.enrolment import JSON
from qorgan.wire.packs import PACKS_PATH, PackSetRefused, PacksOffered, PacksWanted

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 2.0
"""Seconds between two looks at what a person may have decided meanwhile."""
ASK_EVERY: Final = 3_600.0


class Keeping:
    """One module's packs while it runs. What it does is said in the log; `trouble` and `offered` are for its health."""

    def __init__(self, store: Store, updates: str, take_over: Callable[[], Awaitable[bool]]) -> None:
        """`take_over` judges by what is in force from then on, and says whether it could."""
        self.trouble = ""
        """Why the chosen set is not in force, or the last one that came was refused; '' when all is well."""
        self.offered = 0
        """The number of a set that waits for a person's word; 0 when none does."""
        self._store, self._updates = store, updates
        self._take_over = take_over
        self._number = store.in_force().number
        self._ask_at = 0.0

    def change(self, store: Store, updates: str) -> None:
        """Go on with another configuration, by which is judged already."""
        self._store, self._updates = store, updates
        self._number = store.in_force().number
        self._ask_at = 0.0

    async def run(self, hub: Callable[[], Hub], speaker: Callable[[], Speaker], clock: Callable[[], datetime]) -> None:
        """Look and ask, until cancelled. What goes wrong here never stops the module."""
        while True:
            try:
                if self._updates != "never" and time.monotonic() >= self._ask_at:
                    self._ask_at = time.monotonic() + ASK_EVERY
                    await self._ask(hub(), await asyncio.to_thread(speaker), clock())
                await self._look()
            except Exception as error:  # noqa: BLE001 (signals matter more than newer packs)
                self._say(f"rule packs are not looked after: {type(error).__name__}")
            await asyncio.sleep(LOOK_EVERY)

    async def _look(self) -> None:
        now = await asyncio.to_thread(self._store.in_force)
        self.offered = await asyncio.to_thread(self._store.newest_offer)
        if now.trouble:
            self._say(now.trouble)
        if now.number != self._number and await self._take_over():
            log.info("judging by rule pack set %d, after set %d", now.number, self._number)
            self._number = now.number

    async def _ask(self, hub: Hub, speaker: Speaker, now: datetime) -> None:
        """(1) What is newer than what is here. (2) Proven and kept. (3) Put in force, where that was agreed to."""
        # (1) A hub of an earlier release has no such path, and one without sets has nothing to say.
        have = max(self._store.choice().highest, own_list().number, self._store.newest_offer())
        body = msgspec.json.encode(PacksWanted(have=have))
        try:
            answer = await hub.post(PACKS_PATH, speaker.sign(PACKS_PATH, {"Content-Type": JSON}, body, now=now), body)
        except HubAway:
            return
        if not answer.is_taken:
            return
        try:
            offered = msgspec.json.decode(answer.body, type=PacksOffered).packs
            if offered is None:
                return
            # (2) A signature that does not hold, or an older number, ends it here.
            number = await asyncio.to_thread(self._store.take, offered)
            # (3) Its test lines are run first.
            if self._updates == "automatic":
                await asyncio.to_thread(self._store.accept, number)
                return
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._say("the hub's answer about rule packs cannot be read")
            return
        except (PackSetRefused, PackRefused) as refused:
            self._say(f"a set of rule packs from the hub is not taken: {refused}")
            return
        log.info("the hub offers rule pack set %d; see `qorgan module packs show %d`, then accept it", number, number)

    def _say(self, trouble: str) -> None:
        """Once, not at every look."""
        if trouble != self.trouble:
            log.warning("%s", trouble)
        self.trouble = trouble
