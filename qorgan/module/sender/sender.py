"""From the spool to the hub, one batch at a time, until each has a receipt that proves it (R67.9, R48I.3)."""

from __future__ import annotations

import asyncio
import base64
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

import msgspec

from qorgan.ledger.errors import LedgerError
from qorgan.ledger.receipt import Receipt
from qorgan.ledger.receipt import read as read_receipt
from qorgan.module.config import Batching
from qorgan.module.sender import heartbeat, outcome, proof
from qorgan.module.sender.backoff import Backoff
from qorgan.module.sender.heartbeat import Reading
from qorgan.module.sender.hub import Answer, Hub, HubAway
from qorgan.module.sender.outcome import Do, Outcome
from qorgan.module.sender.progress import Phase, Progress
from qorgan.module.sender.speaker import Speaker
from qorgan.module.spool import Batch, Spool, SpoolError, SpoolFull
from qorgan.wire import batch as wire_batch
from qorgan.wire import signature
from qorgan.wire.enrolment import HEARTBEATS_PATH, JSON, HeartbeatReply

log = logging.getLogger(__name__)

HEARTBEAT_EVERY: Final = 60.0
REVOKED_ASKS_EVERY: Final = 600.0
"""Seconds after which a revoked module asks whether it may speak again."""
_DISK_PAUSE: Final = 1.0
_CLOCK_TOLERANCE: Final = 60.0
_KIB: Final = 1024

Renew = Callable[[], Awaitable[Speaker | None]]


class Sender:
    """Sends in the order of the numbers, one request at a time: every answer meets the state it was made for."""

    def __init__(
        self, spool: Spool, hub: Hub, speaker: Speaker, *, batching: Batching, clock: Callable[[], datetime]
    ) -> None:
        self.progress = Progress()
        self.reading = Reading()
        self.renew: Renew | None = None
        """Looks for another key under which the hub may know this module, and gives its speaker."""
        self._spool, self._hub, self._speaker = spool, hub, speaker
        self._batching = batching
        self._clock = clock
        self._backoff = Backoff()
        self._most = batching.max_records
        self._checkpoint = ""
        self._sent_at = self._beat_at = float("-inf")
        self._finishing = False
        self._added = asyncio.Event()
        self._nudged = asyncio.Event()

    def change(self, hub: Hub, speaker: Speaker, batching: Batching) -> None:
        """Go on with another configuration or identity, from the next request on."""
        self._hub, self._speaker, self._batching = hub, speaker, batching
        self._most = batching.max_records
        self._beat_at = float("-inf")
        self._nudged.set()

    def finish(self) -> None:
        """Begin nothing new; `run` ends when the request in the air is answered."""
        self._finishing = True
        self._nudged.set()

    async def run(self) -> None:
        """Send until told to finish, or cancelled: then a batch in the air will be offered again, the same."""
        loop = asyncio.get_running_loop()
        self._spool.on_append = partial(loop.call_soon_threadsafe, self._added.set)
        try:
            self._remember(await asyncio.to_thread(self._spool.last_receipt))
            while not self._finishing:
                await self._go_on()
        finally:
            self._spool.on_append = None

    async def _go_on(self) -> None:
        self._added.clear()
        self._nudged.clear()
        if self._finishing:
            return
        try:
            pause = await self._step()
        except SpoolError as error:
            pause = self._failed(f"{error}; {error.remedy}", asked=_DISK_PAUSE)
        if pause > 0 and not self._finishing:
            await self._rest(pause)

    async def _step(self) -> float:
        """Do what is due, and say how long nothing will be."""
        if time.monotonic() >= self._beat_at:
            away = await self._beat()
            if away is not None:
                return away
        if self.progress.phase is Phase.REVOKED or self._spool.is_unsure:
            return self._beat_at - time.monotonic()
        waiting = self._spool.spooled
        since = time.monotonic() - self._sent_at
        if waiting < self._most and since < self._batching.max_age_ms / 1000:
            return self._batching.max_age_ms / 1000 - since if waiting else self._beat_at - time.monotonic()
        batch = await asyncio.to_thread(self._spool.read_batch, self._most, self._batching.max_kib * _KIB)
        if batch is None:
            return self._beat_at - time.monotonic()
        await asyncio.to_thread(self._spool.seal, batch.range)
        return await self._offer(batch)

    async def _rest(self, pause: float) -> None:
        """Wait, but not when something was added that could go, and never past a nudge."""
        events = [self._nudged] if self._backoff.failures else [self._nudged, self._added]
        waits = [asyncio.ensure_future(event.wait()) for event in events]
        try:
            await asyncio.wait(waits, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _offer(self, batch: Batch) -> float:
        body = await asyncio.to_thread(wire_batch.pack, batch.lines)
        headers = {
            "Content-Type": wire_batch.CONTENT_TYPE,
            "Content-Encoding": wire_batch.CONTENT_ENCODING,
            signature.SEQUENCE: str(batch.range),
        }
        self._sent_at = time.monotonic()
        try:
            answer = await self._ask(wire_batch.PATH, headers, body)
        except HubAway as away:
            return self._failed(str(away))
        found = outcome.read(answer)
        if found.do is Do.JUDGE:
            return await self._judge(batch, answer)
        return await self._obey(found, batch, answer)

    async def _judge(self, batch: Batch, answer: Answer) -> float:
        """Keep the receipt if it proves the batch; otherwise nothing was proven and the batch is offered again."""
        try:
            proven = await asyncio.to_thread(proof.judge, answer.body, batch, self._speaker)
        except proof.ReplyRefused as refused:
            self.progress.false_answers += 1
            return self._failed(f"the hub's answer does not prove that it took the batch: {refused}")
        if proven.log == self.progress.log and proven.index < self.progress.log_size:
            log.error("the hub's ledger %s does not go on from what it signed before; keep all receipts", proven.log)
        await self._keep(batch, proven)
        self._remember(proven.receipt)
        self.progress.batches += 1
        self.progress.signals += len(batch.lines)
        self._most = min(self._batching.max_records, self._most * 2)
        self._succeeded()
        if proven.refused:
            log.warning("the hub refused %d of %d signals; see the quarantine", len(proven.refused), len(batch.lines))
        return 0.0

    async def _keep(self, batch: Batch, proven: proof.Proven) -> None:
        """Store the receipt. While the disk takes nothing it is held here: what is proven is not asked twice."""
        while True:
            try:
                await asyncio.to_thread(self._spool.acknowledge, batch.range, proven.receipt, proven.refused)
            except SpoolFull as full:
                self._say(f"a receipt cannot be stored: {full}; {full.remedy}")
                await asyncio.sleep(_DISK_PAUSE)
            else:
                return

    async def _obey(self, found: Outcome, batch: Batch, answer: Answer) -> float:
        """Do what a refusal of a whole batch asks for."""
        if found.do is Do.REST:
            return self._rest_revoked(found.reason)
        if found.do is Do.RENEW and await self._renewed():
            return 0.0
        if found.do is Do.SHRINK and len(batch.lines) > 1:
            self._most = max(1, len(batch.lines) // 2)
            await asyncio.to_thread(self._spool.unseal)
            log.warning("%s; trying %d signals at a time", found.reason, self._most)
            return 0.0
        if found.do is Do.REWIND:
            return await self._go_to(found)
        return self._failed(found.reason, asked=answer.retry_after)

    async def _go_to(self, found: Outcome) -> float:
        """The hub has other numbers than we think: fewer after a restored backup, more after our own spool was."""
        expected = found.expected
        if expected <= self._spool.acknowledged:
            again = await asyncio.to_thread(self._spool.rewind_to, expected)
            log.warning("the hub asks again for signals from number %d on; %d are still here", expected, again)
        elif expected > self._spool.acknowledged + 1:
            moved = await asyncio.to_thread(self._spool.concede, expected - 1)
            log.error("%s; %d signals got numbers from %d on", found.reason, moved, expected)
        # Once is ordinary after damage or a restore; again and again it must not become a storm of requests.
        pause = self._failed(found.reason)
        return pause if self._backoff.failures > 1 else 0.0

    async def _beat(self) -> float | None:
        """A heartbeat, and what its answer asks for. Returns a pause when there is no speaking to the hub now."""
        self._beat_at = time.monotonic() + HEARTBEAT_EVERY
        account = await asyncio.to_thread(self._spool.account)
        body = msgspec.json.encode(heartbeat.make(account, self.reading, self._clock()))
        try:
            answer = await self._ask(HEARTBEATS_PATH, {"Content-Type": JSON}, body)
        except HubAway as away:
            return self._beat_later(str(away))
        found = outcome.read(answer)
        if found.do is Do.REST:
            return self._rest_revoked(found.reason)
        if found.do is Do.RENEW:
            return 0.0 if await self._renewed() else self._beat_later(found.reason)
        if found.do is not Do.JUDGE:
            # Batches may be welcome all the same: only a hub that says it can store nothing is waited for.
            self._say(f"the hub does not take the heartbeat: {found.reason}")
            return self._beat_later(found.reason, asked=answer.retry_after) if answer.retry_after else None
        try:
            expected = msgspec.json.decode(answer.body, type=HeartbeatReply).expected
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._say("the hub's answer to the heartbeat cannot be read")
            return None
        if self._spool.is_unsure:
            await asyncio.to_thread(self._spool.settle, expected)
            log.warning("the hub has all signals before number %d; sending goes on from there", expected)
        elif 1 <= expected <= self._spool.acknowledged:
            again = await asyncio.to_thread(self._spool.rewind_to, expected)
            log.warning("the hub asks again for signals from number %d on; %d are still here", expected, again)
        self._succeeded()
        return None

    def _beat_later(self, reason: str, *, asked: float | None = None) -> float:
        pause = self._failed(reason, asked=asked)
        self._beat_at = time.monotonic() + pause
        return pause

    async def _renewed(self) -> bool:
        """Whether the hub knows this module under a newer key that is here, which counts from now on."""
        speaker = await self.renew() if self.renew else None
        if speaker is None:
            return False
        self._speaker = speaker
        self._beat_at = float("-inf")
        return True

    async def _ask(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self._checkpoint:
            headers[signature.KNOWN_CHECKPOINT] = base64.b64encode(self._checkpoint.encode()).decode()
        now = self._clock()
        answer = await self._hub.post(path, self._speaker.sign(path, headers, body, now=now), body)
        self.progress.last_answer_at = self._clock()
        if answer.date is not None:
            offset = (answer.date - self.progress.last_answer_at).total_seconds()
            if abs(offset) > _CLOCK_TOLERANCE >= abs(self.progress.clock_offset):
                log.warning("this machine's clock is %d s apart from the hub's; set it by NTP", abs(offset))
            self.progress.clock_offset = offset
        return answer

    def _remember(self, receipt: bytes | None) -> None:
        """Know the newest head of the hub's log, to hold the hub to it."""
        with suppress(LedgerError):
            kept = read_receipt(receipt) if receipt else None
            if isinstance(kept, Receipt):
                self._checkpoint = kept.checkpoint
                self.progress.log, self.progress.log_size = proof.head_of(kept.checkpoint)

    def _rest_revoked(self, reason: str) -> float:
        if self.progress.phase is not Phase.REVOKED:
            log.error("%s: nothing is sent any more, reading and spooling go on; ask the centre", reason)
        self.progress.phase, self.progress.trouble = Phase.REVOKED, reason
        self._beat_at = time.monotonic() + REVOKED_ASKS_EVERY
        return REVOKED_ASKS_EVERY

    def _succeeded(self) -> None:
        if self.progress.trouble:
            log.info("the hub answers again")
        self.progress.phase, self.progress.trouble = Phase.SENDING, ""
        self._backoff.succeeded()
        self.progress.failures = 0

    def _failed(self, reason: str, *, asked: float | None = None) -> float:
        self._say(reason)
        self.progress.phase = Phase.WAITING
        pause = self._backoff.failed(asked)
        self.progress.failures = self._backoff.failures
        return pause

    def _say(self, trouble: str) -> None:
        """Once, not at every attempt."""
        if trouble != self.progress.trouble:
            log.warning("%s", trouble)
        self.progress.trouble = trouble
