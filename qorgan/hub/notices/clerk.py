"""The clerk at work: it is told of acts by PostgreSQL, looks for itself every few seconds, and never stops for a fault.

Three rounds go on side by side: what must be done here and soon, mails, calls of webhooks. A slow server holds up none
but its own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import psycopg
from django.db import Error, connection

from qorgan.hub.casework.history import CHANNEL
from qorgan.hub.config import Config
from qorgan.hub.database.log_key import LogKey
from qorgan.hub.notices.acts import TellingActs
from qorgan.hub.notices.calling import Caller
from qorgan.hub.notices.clocks import TellingClocks
from qorgan.hub.notices.entering import Entering
from qorgan.hub.notices.entries import TellingEntries
from qorgan.hub.notices.mail import Post

LOOK_EVERY: Final = 2.0
"""Seconds after which it looks though nobody told it."""
_LONGEST_PAUSE: Final = 10.0
_STEP: Final = 0.5

_log = logging.getLogger(__name__)

Round = Callable[[datetime], int]
"""Does what is due at a moment; gives how much it was."""


@dataclass(slots=True)
class Clerk:
    """One clerk of one hub. `clock` gives the time, so that the rounds are given theirs."""

    conninfo: str
    key: LogKey
    config: Config
    clock: Callable[[], datetime]
    _stopping: threading.Event = field(default_factory=threading.Event)
    _calling: threading.Condition = field(default_factory=threading.Condition)
    _calls: int = 0

    @property
    def sends_mail(self) -> bool:
        """Whether mails go out of this hub."""
        return bool(self.config.mail.host)

    def stop(self) -> None:
        """End after the rounds under way."""
        self._stopping.set()
        self._call()

    def work(self) -> None:
        """Work until stopped."""
        entering, acts = Entering(self.key), TellingActs(self.sends_mail)
        entries, clocks = TellingEntries(self.sends_mail), TellingClocks(self.sends_mail)

        def afresh() -> None:
            entering.look_through_all()
            acts.look_through_all()
            entries.look_through_all()

        apart = [threading.Thread(target=self._listen, daemon=True)]
        carriers: list[Round] = [Caller(self.config.webhooks).deliver_all]
        if self.sends_mail:
            carriers.append(Post(self.config.mail).deliver_all)
        apart += [threading.Thread(target=self._go_round, args=([carry],), daemon=True) for carry in carriers]
        for thread in apart:
            thread.start()
        self._go_round([entering.enter_all, acts.tell_all, entries.tell_all, clocks.tell_all], afresh=afresh)
        for thread in apart:
            thread.join(_LONGEST_PAUSE)

    def _go_round(self, rounds: Sequence[Round], *, afresh: Callable[[], None] = lambda: None) -> None:
        """Do the rounds again and again; after a fault a little later, and from the beginning."""
        pause = _STEP
        while not self._stopping.is_set():
            try:
                heard = self._calls
                if sum(one(self.clock()) for one in rounds):
                    # What was written here may be for another thread to carry.
                    self._call()
                pause = _STEP
                self._await_call(heard)
            except Exception as fault:  # noqa: BLE001 (it is said, and the round is done again)
                # Nobody waits for this thread's answer: what it does not say here nobody hears.
                _log.log(
                    logging.WARNING if isinstance(fault, Error) else logging.ERROR,
                    "the clerk could not do its round: %s",
                    fault,
                    exc_info=not isinstance(fault, Error),
                )
                afresh()
                with suppress(Error):
                    connection.close()
                self._stopping.wait(pause)
                pause = min(_LONGEST_PAUSE, pause * 2)
        connection.close()

    def _await_call(self, heard: int) -> None:
        """Wait until there is something to do that was not known at the call `heard`, but not for ever."""
        with self._calling:
            self._calling.wait_for(lambda: self._calls != heard, LOOK_EVERY)

    def _call(self) -> None:
        with self._calling:
            self._calls += 1
            self._calling.notify_all()

    def _listen(self) -> None:
        """Hear of acts. What is missed while the connection is lost is found by looking."""
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self.conninfo, autocommit=True) as listening:
                    listening.execute(f"LISTEN {CHANNEL}")
                    while not self._stopping.is_set():
                        if any(listening.notifies(timeout=_STEP, stop_after=1)):
                            self._call()
            except psycopg.Error as lost:
                _log.warning("the clerk does not hear PostgreSQL: %s", lost)
                time.sleep(_STEP)
