"""A judging room with a fault of every kind, each waiting for a record that says its name."""

from __future__ import annotations

import os
import signal
import time

from qorgan.module.portion import Refinement
from qorgan.module.room import inside
from qorgan.module.room.frames import Task

KILL, RAISE, HANG, LIE = b"fault:kill", b"fault:raise", b"fault:hang", b"fault:lie"


class MortalRoom(inside.Room):
    def answer(self, task: Task) -> Refinement:
        said = b"".join([*task.portion.records, *task.portion.refused])
        answer = super().answer(task)
        if KILL in said:
            os.kill(os.getpid(), signal.SIGKILL)
        if RAISE in said:
            raise KeyError(said)
        if HANG in said:
            time.sleep(60)
        if LIE in said:
            answer.unreadable = [(10**6, "nowhere")]
        return answer


if __name__ == "__main__":
    inside.Room = MortalRoom  # type: ignore[misc]
    inside.LONGEST = 1  # type: ignore[misc]
    inside.main()
