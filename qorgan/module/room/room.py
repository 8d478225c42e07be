"""The judging room as the module sees it: portions go in, answers come out in order, whatever befalls its process.

When the process ends, another is opened and is given again what was not answered: nothing is lost, and nothing comes
twice, since only answers are stored. A portion at which the process ended twice is put record by record, and the
record at which it ends twice again goes to the quarantine.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module.portion import Portion, Refinement
from qorgan.module.room.door import Opened, RoomRefused, open_room
from qorgan.module.room.frames import LENGTH, Rules, Task, frame, length_of

log = logging.getLogger(__name__)

ENDED_IT: Final = "judging it ended the judging room"
"""The reason under which a record is quarantined that no process survives."""
RETRY: Final = 1.0
"""Seconds until a room that does not open is tried again; and the longest pause after one that ended at once."""
_FIRST_PAUSE: Final = 0.02
_MOST_ENDS: Final = 2
_BUFFERED: Final = 1024 * 1024
_decode: Final = msgspec.msgpack.Decoder(Refinement).decode


class _Sent(Struct, eq=False):
    """A portion that waits for its answer."""

    portion: Portion
    answer: asyncio.Future[Refinement]
    ends: int = 0
    """How often the process ended at it."""


class Room:
    """One judging room for all sources. To be used in one event loop."""

    def __init__(self, rules: Rules) -> None:
        """Opens the room, which blocks for some tenths of a second. Raises RoomRefused."""
        self.trouble = ""
        """Why nothing can be judged now; '' when it can."""
        self.restarts = 0
        """How often the process ended by itself."""
        self.memory = ""
        """The attacks that were told, as of the last answer: a process that is opened anew must know them."""
        self._rules = rules
        self._opened = open_room(rules)
        self._heir: Opened | None = None
        self._door = asyncio.Lock()
        self._sent: deque[_Sent] = deque()
        self._next = 1
        self._ends_in_a_row = 0
        self._is_new = True
        self._writer: asyncio.StreamWriter | None = None
        self._keeper: asyncio.Task[None] | None = None

    def put(self, portion: Portion, first: int = 0) -> asyncio.Future[Refinement]:
        """Have a portion judged after those before it.

        Its signals are numbered from `first`, or on from those before it; `first` may be said only when every answer
        is there. Raises whatever fault of ours ended the keeping of the room.
        """
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep())
        elif self._keeper.done():
            self._keeper.result()
        self._next = first or self._next
        sent = _Sent(portion, asyncio.get_running_loop().create_future())
        self._sent.append(sent)
        if self._writer is not None:
            self._writer.write(self._task(portion, first))
        return sent.answer

    async def change(self, rules: Rules) -> None:
        """Judge by other rules what is not answered yet. Raises RoomRefused: the rules before stay in force then."""
        async with self._door:
            heir = await asyncio.to_thread(open_room, rules)
            if self._heir is not None:
                await asyncio.to_thread(self._heir.end)
            self._rules, self._heir = rules, heir
            # What it was at is judged again from its beginning, by the heir.
            self._opened.process.kill()

    async def close(self) -> None:
        """Give up what is not answered."""
        async with self._door:
            if self._keeper is not None:
                self._keeper.cancel()
                await asyncio.gather(self._keeper, return_exceptions=True)
            for opened in (self._opened, self._heir):
                if opened is not None:
                    await asyncio.to_thread(opened.end)
        for sent in self._sent:
            sent.answer.cancel()

    async def _keep(self) -> None:
        try:
            while True:
                why = await self._serve()
                how = await asyncio.to_thread(self._opened.end)
                if self._heir is None:
                    self.restarts += 1
                    log.error("the judging room %s%s; another is opened", how, f" ({why})" if why else "")
                    self._blame()
                    await self._pause()
                await self._open_another()
        except Exception as fault:
            log.exception("the judging room is not kept any longer")
            self.trouble = f"{type(fault).__name__}"
            for sent in self._sent:
                if not sent.answer.done():
                    sent.answer.set_exception(fault)
            raise

    async def _serve(self) -> str:
        """Take answers until the process ends, or says what cannot be. Gives why."""
        reader, writer = await asyncio.open_unix_connection(sock=self._opened.channel, limit=_BUFFERED)
        first = self._next
        self._is_new = True
        for sent in self._sent:
            writer.write(self._task(sent.portion, first))
            first = 0
        self._writer = writer
        try:
            while True:
                answer = _decode(await reader.readexactly(length_of(await reader.readexactly(LENGTH))))
                if not self._sent or not answer.fits(self._sent[0].portion):
                    return "its answer cannot be"
                self._next = answer.first + len(answer.lines)
                if answer.memory is not None:
                    self.memory = answer.memory
                self._ends_in_a_row = 0
                _give(self._sent.popleft().answer, answer)
        except (OSError, EOFError):
            return ""
        except (msgspec.MsgspecError, ValueError):
            return "its answer cannot be read"
        finally:
            self._writer = None
            writer.transport.abort()

    def _task(self, portion: Portion, first: int) -> bytes:
        memory = self.memory if self._is_new else ""
        self._is_new = False
        return frame(Task(portion, first, memory))

    def _blame(self) -> None:
        """Note at what the process ended; part it into its records, or give it up when it is one."""
        self._ends_in_a_row += 1
        if not self._sent:
            return
        sent = self._sent[0]
        sent.ends += 1
        if sent.ends < _MOST_ENDS:
            return
        self._sent.popleft()
        pieces = sent.portion.pieces()
        if len(pieces) > 1:
            log.warning("source %s: %d records are judged one by one", sent.portion.source, len(pieces))
            self._part(sent, pieces)
            return
        log.error("source %s: %s; it is quarantined", sent.portion.source, ENDED_IT)
        unreadable = [(0, ENDED_IT)] if sent.portion.records else []
        texts = [""] * len(unreadable)
        refused = [""] * len(sent.portion.refused)
        _give(sent.answer, Refinement(first=self._next, unreadable=unreadable, texts=texts, refused_texts=refused))

    def _part(self, whole: _Sent, pieces: Sequence[Portion]) -> None:
        loop = asyncio.get_running_loop()
        parts = [_Sent(piece, loop.create_future()) for piece in pieces]
        self._sent.extendleft(reversed(parts))

        def put_together(answers: asyncio.Future[list[Refinement]]) -> None:
            if not answers.cancelled() and answers.exception() is None:
                _give(whole.answer, joined(answers.result()))

        asyncio.gather(*(part.answer for part in parts)).add_done_callback(put_together)

    async def _pause(self) -> None:
        if self._ends_in_a_row > 1:
            await asyncio.sleep(min(RETRY, _FIRST_PAUSE * 2.0 ** min(self._ends_in_a_row, 10)))

    async def _open_another(self) -> None:
        while True:
            async with self._door:
                if self._heir is not None:
                    self._opened, self._heir = self._heir, None
                    return
                try:
                    self._opened = await asyncio.to_thread(open_room, self._rules)
                except RoomRefused as refused:
                    if not self.trouble:
                        log.error("the judging room does not open: %s", refused)  # noqa: TRY400 (a refusal, no fault)
                    self.trouble = f"the judging room does not open: {refused}"
                else:
                    self.trouble = ""
                    return
            await asyncio.sleep(RETRY)


def joined(pieces: Sequence[Refinement]) -> Refinement:
    """The answer to a whole portion, of those to its records and refused pieces one by one, in their order."""
    ignored: Counter[str] = Counter()
    redacted: Counter[str] = Counter()
    whole = Refinement(first=pieces[0].first)
    for index, piece in enumerate(pieces):
        whole.lines += piece.lines
        whole.found += piece.found
        whole.memory = piece.memory if piece.memory is not None else whole.memory
        ignored.update(piece.ignored)
        redacted.update(piece.redacted)
        whole.unreadable += [(index, reason) for _, reason in piece.unreadable]
        whole.texts += piece.texts
        whole.disruptions += piece.disruptions
        whole.refused_texts += piece.refused_texts
    whole.ignored, whole.redacted = dict(ignored), dict(redacted)
    return whole


def _give(answer: asyncio.Future[Refinement], refinement: Refinement) -> None:
    if not answer.done():
        answer.set_result(refinement)
