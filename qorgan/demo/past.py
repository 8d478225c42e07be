"""What the members' people did before, as a process beside the demonstration that is heard and told of."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from qorgan.demo.children import Child
from qorgan.demo.telling import Teller

_SAYS: Final = {
    "acts": "What the members did over the last weeks is there: {} acts, documents of every kind in every state.",
    "from_signals": "The SOC made a card out of {} signals that just came, for the institution that it serves.",
}


class Past:
    """The process, and how far its words were told."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._log = folder / "casework.log"
        # Each start is told of from its own first word.
        self._told = self._log.stat().st_size if self._log.exists() else 0
        command = [sys.executable, "-m", "qorgan.demo.casework.fill"]
        self.child = Child("casework", command, self._log, environment)
        self._ended = False

    def start(self) -> None:
        """Begin, and go on in the background."""
        self.child.start()

    def tell(self, teller: Teller) -> None:
        """Say what was done since the last call, and if it failed."""
        over = not self.child.runs
        for line in self._lines():
            try:
                done = json.loads(line)
            except ValueError:
                continue
            for what, number in done.items():
                if number:
                    teller.say(what, _SAYS[what].format(number))
        if over and not self._ended and self.child.failed:
            teller.say("failed", f"What the members did before could not be written; {self._log} says why.")
        self._ended = over

    def _lines(self) -> list[str]:
        """Whole lines written since the last call."""
        if not self._log.exists():
            return []
        with self._log.open("rb") as log:
            log.seek(self._told)
            whole = log.read().rpartition(b"\n")[0]
        self._told += len(whole) + bool(whole)
        return whole.decode(errors="replace").splitlines()
