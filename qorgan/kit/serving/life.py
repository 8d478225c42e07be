"""How a process speaks, and ends with its supervisor: LIFE is the end of a pipe that the supervisor holds open."""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import Final

STOP_PATIENCE: Final = 10
"""Seconds that requests under way are given at the end."""


_QUIET: Final = {"psycopg.pool": logging.ERROR, "httpx": logging.WARNING}
"""A request's line may hold what somebody searched for: it is nobody's to keep."""


def speak_of(what: str, quiet: dict[str, int] | None = None) -> None:
    """Let this process's log say who speaks; `quiet` names loggers of libraries that say too much."""
    logging.basicConfig(level=logging.INFO, format=f"%(asctime)s {what}[{os.getpid()}] %(levelname)s %(message)s")
    for name, level in (_QUIET | (quiet or {})).items():
        logging.getLogger(name).setLevel(level)


def end_with(life: int) -> None:
    """Ask this process to stop, as SIGTERM does, once the supervisor is gone."""
    threading.Thread(target=_follow, args=(life,), daemon=True).start()


def _follow(life: int) -> None:
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)
