"""`qorgan module run`: puts the parts together, and takes them apart again when told to (R67.3.8).

The only place of the module that asks the system for the time of day.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from qorgan.module import enrolment
from qorgan.module.config import Config, ConfigRefused, load
from qorgan.module.disruptions import Disruptions
from qorgan.module.enrolment import EnrolmentRefused
from qorgan.module.fallback.drafting import Drafting
from qorgan.module.fallback.store import FILE as FALLBACK
from qorgan.module.fallback.store import Store
from qorgan.module.fallback.watch import Watch as FallbackWatch
from qorgan.module.following import Following
from qorgan.module.keys import KeyRefused
from qorgan.module.packs.keeping import Keeping
from qorgan.module.packs.trust import store_of
from qorgan.module.page.sections import Shown
from qorgan.module.pipeline import Pipeline
from qorgan.module.relay import inbox
from qorgan.module.room.door import RoomRefused
from qorgan.module.room.room import Room
from qorgan.module.rules import rules_of
from qorgan.module.sender.hub import Hub
from qorgan.module.sender.progress import Phase
from qorgan.module.sender.sender import Sender
from qorgan.module.sender.speaker import Speaker
from qorgan.module.sources.settings import StdinSource
from qorgan.module.spool import Spool, SpoolError
from qorgan.module.spool.changes import DISRUPTIONS, WINDOWS
from qorgan.module.spool.days import date_of
from qorgan.module.status_page import StatusPage
from qorgan.module.watching import Watch

log = logging.getLogger(__name__)

STOP_WITHIN: Final = 5.0
"""Seconds from SIGTERM to the end. What is not on the disk by then was not taken: its source still has it."""
_LAST_CHUNKS: Final = 2.0
_LAST_COMMIT: Final = 1.0
_LAST_ANSWER: Final = 1.0
_WATCH_EVERY: Final = 5.0
_DRAIN_LOOK: Final = 0.2
_SEALING: Final = 1.0
_RECEIPTS_SHOWN: Final = 10
_QUARANTINE_SHOWN: Final = 20
_DAYS_SHOWN: Final = timedelta(days=6)
"""Before today."""


def now() -> datetime:
    """The time of day, with its zone."""
    return datetime.now(UTC)


class Service:
    """A module that runs."""

    def __init__(self, path: Path) -> None:
        """Whatever can be refused is refused here, and the spool is opened last of all.

        Raises ConfigRefused, EnrolmentRefused, KeyRefused, RoomRefused, SpoolError.
        """
        self._path = path
        self._config = load(path)
        speaker = enrolment.speaker(self._config.folder)
        rules = rules_of(self._config, speaker.identity.organisation)
        self._hub = Hub(self._config.hub)
        self._room = Room(rules)
        if not self._config.keys_at.exists() and (self._config.folder / FALLBACK).exists():
            # With the key of the day ASOI is away lost, the spool must not make another in its place.
            Store(self._config.folder, self._config.keys_at)
        self._spool = Spool.open(
            self._config.folder,
            first=speaker.identity.expected,
            limits=self._config.spool_limits(),
            clock=now,
            keys_at=self._config.keys_at,
        )
        self._room.memory = self._spool.position(WINDOWS)
        self._sender = Sender(self._spool, self._hub, speaker, batching=self._config.batching, clock=now)
        self._sender.renew = self._renew
        told = Disruptions(self._config.fallback.gates, self._spool.position(DISRUPTIONS))
        self._pipeline = Pipeline(self._spool, self._room, self._sender.reading, now, told)
        self._following = Following(self._pipeline)
        self._watch = Watch(
            self._spool,
            self._sender,
            self._following,
            self._room,
            identity=speaker.identity,
            silent_after=timedelta(minutes=self._config.silent_after_minutes),
            clock=now,
            folder=self._config.folder,
        )
        self._fallback = FallbackWatch(
            self._config.folder,
            self._config.fallback,
            self._config.hub,
            partial(enrolment.speaker, self._config.folder),
            now,
            self._config.keys_at,
        )
        self._watch.asoi = self._fallback.standing
        language = self._config.fallback.language
        self._drafting = Drafting(told, self._config.folder, self._config.keys_at, language, now)
        self._watch.drafted = self._drafting.unseen_since
        self._packs = Keeping(store_of(self._config), self._config.rules.updates, self._judge_anew)
        self._page = StatusPage(self._watch.health, self._shown)
        self._stopping = asyncio.Event()
        self._reloading: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; or until standard input, if it is the only source, has ended and is sent."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload_soon)
        await self._show(self._config)
        await self._following.change(self._config.sources)
        await asyncio.to_thread(self._watch.look)
        identity = self._watch.identity
        log.info("module %s of %s runs", identity.module, identity.organisation_name)
        is_alone = self._config.hub.one_way
        parts: list[asyncio.Task[object]] = [
            asyncio.create_task(self._carry_by_files() if is_alone else self._sender.run()),
            asyncio.create_task(self._look()),
            asyncio.create_task(self._stopping.wait()),
            asyncio.create_task(self._drafting.run()),
        ]
        if not is_alone:
            parts.append(asyncio.create_task(self._keep_packs()))
            parts.append(asyncio.create_task(self._fallback.run()))
        if self._config.sources and all(isinstance(source, StdinSource) for source in self._config.sources):
            parts.append(asyncio.create_task(self._drained()))
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
        finally:
            await self._stop(parts)

    async def _stop(self, parts: Sequence[asyncio.Task[object]]) -> None:
        """(1) No more reading. (2) What was read is stored. (3) Nothing more is sent. (4) The files are let go.

        The first of the parts is the sender.
        """
        # A thread that hangs in a dying disk must not keep the process: what is durable is durable.
        watchdog = threading.Timer(STOP_WITHIN, os._exit, (0,))
        watchdog.daemon = True
        watchdog.start()
        # (1) Sources close their doors and hand over what they hold.
        await self._following.close(_LAST_CHUNKS)
        # (2) While the disk takes nothing, this is given up.
        try:
            await asyncio.wait_for(self._pipeline.settled(), _LAST_COMMIT)
        except TimeoutError:
            log.warning("what was read last is not stored; sources that can be read again will be")
        # (3) A batch that stays in the air is offered again at the next start, the same.
        self._sender.finish()
        await asyncio.wait(parts[:1], timeout=_LAST_ANSWER)
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        await self._hub.close()
        # (4) Nothing would be lost without this.
        await self._page.stop()
        await self._pipeline.close()
        await self._room.close()
        self._watch.store()
        self._spool.close()
        watchdog.cancel()
        log.info("stopped")

    async def _show(self, config: Config) -> None:
        place = config.status.place()
        if place is None:
            return
        try:
            port = await self._page.start(*place)
        except OSError as error:
            raise ConfigRefused(
                f"{self._path}: status.listen: {error.strerror or error}; choose a free port, or '' for no page"
            ) from None
        log.info("health at http://%s:%d/health", place[0], port)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_WATCH_EVERY)
            try:
                await asyncio.to_thread(self._watch.look)
                await asyncio.to_thread(self._spool.trim)
                await asyncio.to_thread(self._seal_what_is_open)
                await asyncio.to_thread(self._take_receipts)
            except SpoolError as error:
                log.warning("the spool cannot be looked at: %s", error)

    async def _carry_by_files(self) -> None:
        """In place of sending: nothing is sent, and receipts that were brought are taken."""
        self._sender.progress.phase = Phase.ONE_WAY
        await self._stopping.wait()

    def _take_receipts(self) -> None:
        inbox.take(self._spool, self._config.folder, enrolment.speaker(self._config.folder))

    def _seal_what_is_open(self) -> None:
        """For a moment, so that reading and sending go on beside it."""
        end = time.monotonic() + _SEALING
        while time.monotonic() < end and self._spool.seal_what_is_open():
            pass

    def _shown(self) -> Shown:
        return Shown(
            health=self._watch.health(),
            receipts=self._spool.newest_receipts(_RECEIPTS_SHOWN),
            quarantine=self._spool.newest_quarantined(_QUARANTINE_SHOWN),
            days=self._spool.by_day(date_of(now() - _DAYS_SHOWN)),
        )

    async def _keep_packs(self) -> None:
        def speaker() -> Speaker:
            return enrolment.speaker(self._config.folder)

        await self._packs.run(lambda: self._hub, speaker, now)

    async def _judge_anew(self) -> bool:
        """Judge by the packs that are in force now, from the next portion on."""
        try:
            rules = await asyncio.to_thread(rules_of, self._config, self._watch.identity.organisation)
            await self._room.change(rules)
        except (KeyRefused, RoomRefused) as error:
            log.error("the rule packs before stay in force: %s", error)  # noqa: TRY400 (a refusal, not a fault)
            return False
        return True

    async def _drained(self) -> None:
        await self._following.ended()
        await self._pipeline.settled()
        while self._spool.spooled:  # noqa: ASYNC110 (it is other threads that send it down)
            await asyncio.sleep(_DRAIN_LOOK)

    async def _renew(self) -> Speaker | None:
        """Another key that the hub may know: one that a command changed meanwhile, or one left by a cut rotation."""
        folder = self._config.folder
        try:
            speaker = await asyncio.to_thread(enrolment.speaker, folder)
            if speaker.identity.key != self._watch.identity.key:
                self._watch.identity = speaker.identity
                return speaker
            renewed = await enrolment.renew(folder, self._hub, now())
        except (EnrolmentRefused, KeyRefused) as error:
            log.warning("%s", error)
            return None
        if renewed is not None:
            self._watch.identity = renewed.identity
        return renewed

    def _reload_soon(self) -> None:
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.create_task(self._reload())

    async def _reload(self) -> None:
        """Take over a changed configuration, if it is good as a whole; otherwise the old one stays in force."""
        old = self._config
        try:
            config = await asyncio.to_thread(_changed, self._path, old)
            await asyncio.to_thread(self._spool.renew_keys, config.keys_at)
            speaker = await asyncio.to_thread(enrolment.speaker, config.folder)
            ending = [source.zone for source in old.sources]
            rules = await asyncio.to_thread(rules_of, config, speaker.identity.organisation, ending)
            hub = Hub(config.hub)
            try:
                await self._room.change(rules)
            except RoomRefused:
                await hub.close()
                raise
        except (ConfigRefused, EnrolmentRefused, KeyRefused, RoomRefused, SpoolError) as error:
            log.error("the configuration is not taken over, the one before stays in force: %s", error)  # noqa: TRY400
            return
        self._config, self._spool.limits = config, config.spool_limits()
        self._watch.identity = speaker.identity
        self._watch.silent_after = timedelta(minutes=config.silent_after_minutes)
        hub, self._hub = self._hub, hub
        self._sender.change(self._hub, speaker, config.batching)
        await hub.close()
        if (config.fallback, config.letter) != (old.fallback, old.letter):
            log.warning("[fallback] and [letter] have changed: they count from a restart of the module and the desk on")
        self._packs.change(store_of(config), config.rules.updates)
        await self._following.change(config.sources)
        if config.status != old.status:
            await self._page.stop()
            try:
                await self._show(config)
            except ConfigRefused as error:
                log.error("there is no status page now: %s", error)  # noqa: TRY400 (a refusal, not a fault)
        log.info("the configuration is taken over")


def _changed(path: Path, old: Config) -> Config:
    config = load(path)
    if config.state != old.state:
        raise ConfigRefused(f"{path}: state: cannot change while the module runs; restart it")
    return config
