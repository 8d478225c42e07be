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
import time
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
    Job("qorgan.gate.notices.delivering:job", 2.0),
    Job("qorgan.gate.ceremonies.expiring:expire", 60.0),
    Job("qorgan.gate.devices.expiring:expire", 60.0),
    Job("qorgan.gate.factors.biometrics.images:expire", 3600.0),
    Job("qorgan.gate.oidc.chores:tell", 1.0),
    Job("qorgan.gate.oidc.chores:rotate", 600.0),
    Job("qorgan.gate.oidc.chores:forget", 3600.0),
)
"""In the order in which they are done when several are due."""


class Clerk:
    """Does each job when it is due, until told to stop. A job that fails is tried again when it is due again."""

    def __init__(self, jobs: tuple[tuple[Job, Callable[[], int]], ...]) -> None:
        self._jobs = jobs
        self._stopping = threading.Event()

    def work(self) -> None:
        """Work until `stop`."""
        due = {job.place: 0.0 for job, _ in self._jobs}
        while not self._stopping.is_set():
            for job, do in self._jobs:
                if not self._stopping.is_set() and time.monotonic() >= due[job.place]:
                    self._do(job, do)
                    due[job.place] = time.monotonic() + job.every
            soonest = min(due.values(), default=time.monotonic() + 1.0)
            self._stopping.wait(max(0.0, soonest - time.monotonic()))

    def stop(self) -> None:
        """Return from `work` once the job under way has ended."""
        self._stopping.set()

    def _do(self, job: Job, do: Callable[[], int]) -> None:
        try:
            do()
        except Exception:  # noqa: BLE001 (whatever a room raises, it is said and the next room has its turn)
            _log.exception("%s failed; it is tried again in %g s", job.place, job.every)
            connection.close()


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
