"""The process of the clerk, which answers to nobody over the network and does the rooms' standing work.

Run as `python -m qorgan.gate.run.clerk LIFE`. A room registers work by a line in `JOBS`: a function without arguments
that does what is due and gives the number of things it did. It runs as the role `gate_clerk`, outside a transaction.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import FrameType
from typing import Final

import django
from django.db import connection

from qorgan.gate.config import load
from qorgan.gate.database.connection import Role, role_url
from qorgan.kit.serving.life import end_with, speak_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Work that comes back."""

    place: str
    """The function, as `module:name`."""
    every: float
    """Seconds between the end of one time and the beginning of the next."""


JOBS: Final[tuple[Job, ...]] = (
    Job("qorgan.gate.journal.clerk:open_days", 3600.0),
    Job("qorgan.gate.journal.clerk:sign", 20.0),
    Job("qorgan.gate.journal.clerk:move", 3600.0),
    Job("qorgan.gate.feed.writing:tell", 2.0),
    Job("qorgan.gate.disruption.watching:look", 5.0),
    Job("qorgan.gate.lockout.clerk:forget", 3600.0),
    Job("qorgan.gate.notices.delivering:job", 2.0),
    Job("qorgan.gate.ceremonies.expiring:expire", 60.0),
    Job("qorgan.gate.devices.expiring:expire", 60.0),
    Job("qorgan.gate.factors.biometrics.images:expire", 3600.0),
    Job("qorgan.gate.oidc.chores:tell", 1.0),
    Job("qorgan.gate.oidc.chores:rotate", 600.0),
    Job("qorgan.gate.oidc.chores:forget", 3600.0),
)
"""In the order of the floors."""


class Clerk:
    """Does each job when it is due, until told to stop. A job that fails is tried again when it is due again.

    Each has a thread, so that a registry or a phone service that is slow to answer keeps no epoch of the journal from
    being signed.
    """

    def __init__(self, jobs: tuple[tuple[Job, Callable[[], int]], ...]) -> None:
        self._threads = [threading.Thread(target=self._come_back, args=one, name=one[0].place) for one in jobs]
        self._stopping = threading.Event()

    def work(self) -> None:
        """Work until `stop`, and until the jobs under way have ended."""
        for thread in self._threads:
            thread.start()
        self._stopping.wait()
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """Return from `work` once the jobs under way have ended."""
        self._stopping.set()

    def _come_back(self, job: Job, do: Callable[[], int]) -> None:
        while not self._stopping.is_set():
            try:
                do()
            except Exception:  # noqa: BLE001 (whatever a room raises, it is said and tried again)
                _log.exception("%s failed; it is tried again in %g s", job.place, job.every)
            finally:
                # Back into the pool, from which the next to work takes it.
                connection.close()
            self._stopping.wait(job.every)


def main(arguments: list[str]) -> int:
    """Work until told to stop, or until the supervisor is gone: LIFE is the end of a pipe that it holds open."""
    speak_of("clerk")
    # Django has one connection, and here it is the clerk's.
    os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.gate.settings"
    os.environ["QORGAN_GATE_DATABASE_URL_WEB"] = role_url(load(), Role.CLERK)
    django.setup()
    clerk = Clerk(tuple((job, _function(job.place)) for job in JOBS))

    def asked_to_stop(_number: int, _frame: FrameType | None) -> None:
        clerk.stop()

    signal.signal(signal.SIGTERM, asked_to_stop)
    end_with(int(arguments[0]))
    clerk.work()
    return 0


def _function(place: str) -> Callable[[], int]:
    """Found now: models can be named only once Django is set up."""
    module, _, name = place.partition(":")
    found: Callable[[], int] = getattr(import_module(module), name)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
