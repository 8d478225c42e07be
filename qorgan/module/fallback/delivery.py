"""The card goes up by itself once ASOI is back, as often as it takes, and once only (R48I.3-fallback, D26.asoi).

It is sealed once and offered, byte for byte the same, until the hub's receipt for its words is kept here. The hub knows
cards by the module's own names, so that a crash at any instant makes neither two cards nor none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from qorgan.ledger.errors import NoteError
from qorgan.module import hub_key
from qorgan.module.fallback import packing
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.store import Store
from qorgan.module.sender.hub import Hub, HubAway
from qorgan.module.sender.speaker import Speaker
from qorgan.wire.package import CONTENT_TYPE, KEY_PATH, PATH

log = logging.getLogger(__name__)

ITSELF: Final = "module"
"""Who seals what goes up by itself."""


class Problem(msgspec.Struct):
    """As much of the hub's refusal as matters."""

    code: str = ""
    title: str = ""
    detail: str = ""


class Delivery:
    """Brings agreed cards to the hub."""

    def __init__(
        self, store: Store, folder: Path, portal: Hub, speaker: Callable[[], Speaker], clock: Callable[[], datetime]
    ) -> None:
        self._store, self._folder, self._portal = store, folder, portal
        self._speaker, self._clock = speaker, clock
        self._said: dict[str, str] = {}

    async def deliver(self) -> int:
        """Offer whatever has no receipt yet. Gives how many got one."""
        done = 0
        for card in await asyncio.to_thread(packing.awaiting, self._store):
            try:
                done += await self._offer(card)
            except HubAway as away:
                self._say(card, f"the card {card} cannot go up yet: {away}")
                return done
            except (Refused, NoteError) as refused:
                self._say(card, f"the card {card} cannot go up: {refused}")
        return done

    async def fetch_key(self, hub: Hub) -> None:
        """Look for the hub's sealing key while the hub is there."""
        try:
            answer = await hub.get(KEY_PATH)
            if answer.is_taken:
                pinned = self._speaker().pinned
                await asyncio.to_thread(hub_key.keep, self._folder, answer.body.decode(), pinned)
        except HubAway:
            return
        except (NoteError, UnicodeDecodeError, ValueError) as wrong:
            self._say("key", f"what the hub gave as its sealing key is not believed: {wrong}")

    async def _offer(self, card: str) -> int:
        speaker = self._speaker()
        body = await asyncio.to_thread(
            lambda: packing.sealed(self._store, self._folder, card, speaker, way="asoi", by=ITSELF, now=self._clock())
        )
        answer = await self._portal.post(PATH, {"Content-Type": CONTENT_TYPE}, body)
        if not answer.is_taken:
            return await self._refused(card, body, answer.status, answer.body)
        try:
            kept = await asyncio.to_thread(packing.take_receipt, self._store, answer.body, speaker, self._clock())
        except Refused as refused:
            if refused.code == "receipt-to-come":
                return 0
            raise
        log.info("the card %s went up: it is %s at the hub", card, kept.number)
        return 1

    async def _refused(self, card: str, body: bytes, status: int, raw: bytes) -> int:
        """A rule of the hub said no: people must look. Anything else passes by itself."""
        try:
            said = msgspec.json.decode(raw, type=Problem)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise HubAway(f"what answers there is not ASOI (status {status})") from None
        if not 400 <= status < 500:  # noqa: PLR2004 (refusals)
            raise HubAway(said.title or f"status {status}")
        reason = f"{said.title} {said.detail}".strip() or said.code
        await asyncio.to_thread(packing.refuse, self._store, body, reason)
        self._say(card, f"the hub does not take the card {card}: {reason}; look at the desk")
        return 0

    def _say(self, about: str, words: str) -> None:
        if self._said.get(about) != words:
            log.warning("%s", words)
        self._said[about] = words
