"""The demonstration: one after the other a hub, its members, their modules, and logs that grow."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final

from qorgan.demo import replay, sign_in
from qorgan.demo.children import Child
from qorgan.demo.gate import Gate, GateRefused
from qorgan.demo.gate_known import KNOWN, STRANGER
from qorgan.demo.institution import Site
from qorgan.demo.market import INSTITUTIONS, PEOPLE, STOPPED_NOW_AND_THEN
from qorgan.demo.past import Past
from qorgan.demo.telling import Teller

RUNS_FOR: Final = 90.0
"""Seconds between two stops of the module that is stopped now and then."""
STOPPED_FOR: Final = 30.0
_PATIENCE: Final = 120.0
_HAS_A_GATE: Final = "sample-bank"


class DemoRefused(Exception):
    """The demonstration cannot start. One line with a remedy."""


def run(arguments: argparse.Namespace) -> int:
    """Run until Ctrl-C, SIGTERM, or the given number of seconds; gives the exit code."""
    folder: Path = arguments.state.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: _stop(stop, _frame))
    teller = Teller(as_json=arguments.json)
    demonstration = Demonstration(folder, arguments.port, arguments.pace, teller, stop)
    try:
        demonstration.start()
        demonstration.watch(arguments.seconds)
    except DemoRefused as refused:
        print(f"qorgan demo: {refused}", file=sys.stderr)
        return 1
    finally:
        demonstration.end()
    return 0


def _stop(stop: threading.Event, _frame: FrameType | None) -> None:
    stop.set()


class Demonstration:
    """Everything that runs, and the order in which it starts and ends."""

    def __init__(self, folder: Path, port: int, pace: float, teller: Teller, stop: threading.Event) -> None:
        self._folder = folder
        self._port = port
        self._pace = pace
        self._teller = teller
        self._stop = stop
        self._sign_in = sign_in.kept(folder)
        self._config = folder / "hub.toml"
        self._environment = {**os.environ, "QORGAN_HUB_CONFIG": str(self._config), "PYTHONUNBUFFERED": "1"}
        qorgan = str(Path(sys.executable).with_name("qorgan"))
        self._past = Past(folder, self._environment)
        self._hub = Child("hub", [qorgan, "hub", "run"], folder / "hub.log", self._environment)
        self._gate = Gate(folder, port)
        self._sites = [
            Site(
                one,
                folder / one.slug,
                intake=port - 10,
                status=port + 10 + number,
                qorgan=qorgan,
                gate=self._gate.feed if one.slug == _HAS_A_GATE else None,
            )
            for number, one in enumerate(INSTITUTIONS)
        ]

    def start(self) -> None:
        """(1) The hub. (2) Members, the first time. (3) Modules. (4) Logs that grow. (5) The sample bank's gate.

        (6) The work of the last weeks.
        """
        # (1) Everything else speaks to it.
        self._config.write_text(
            f'state = "{self._folder}/hub"\n[intake]\nport = {self._port - 10}\n'
            f'[portal]\nport = {self._port}\naddress = "http://localhost:{self._port}"\n'
        )
        self._teller.say("starting", "Starting the hub ...")
        self._gate.start_registries()
        self._hub.start()
        self._await_hub()
        # (2) Once: their keys and codes stay in the folder.
        enrolled = self._folder / "enrolled"
        if not enrolled.exists():
            self._teller.say("enrolling", "Enrolling five institutions' modules ...")
            codes = self._seed()
            for site in self._sites:
                site.enrol(codes[site.institution.slug])
            enrolled.touch()
        # (3) Each in a process of its own, as at its institution.
        for site in self._sites:
            site.start()
        # (4) In threads: they only write lines.
        for site in self._sites:
            for number, _ in enumerate(site.institution.feeds):
                threading.Thread(target=self._replay, args=(site, number), daemon=True).start()
        # (5) Its own database, people and journal: nothing of the hub's.
        self._teller.say("starting-gate", "Starting the sample bank's gate, and the sandboxes of what it asks ...")
        self._start_gate()
        # (6) What the members' people did before: some seconds' work the first time, a look later.
        self._past.start()
        # An address is told once something answers there.
        for sample in (self._gate.bank, self._gate.platform):
            self._await("samples", partial(_answers, f"{sample}/"), self._gate)
        address = f"http://localhost:{self._port}"
        self._teller.welcome(address, PEOPLE, self._sign_in, self._folder, self._hub.said("ledger"))
        self._teller.gate(self._gate, KNOWN, STRANGER)

    def watch(self, seconds: float | None) -> None:
        """Stop and start one module now and then, say so, and notice what falls over."""
        started = time.monotonic()
        victim = next(site for site in self._sites if site.institution.slug == STOPPED_NOW_AND_THEN)
        turn = started + RUNS_FOR
        while not self._stop.wait(1):
            now = time.monotonic()
            if seconds is not None and now - started >= seconds:
                return
            if not self._hub.runs:
                raise DemoRefused(
                    f"the hub ended by itself; {self._folder}/hub.log says why:\n{self._hub.last_words()}"
                )
            if not self._gate.runs:
                raise DemoRefused(f"the gate ended by itself; {self._folder}/gate says why:\n{self._gate.last_words()}")
            if now >= turn and victim.module.runs:
                victim.module.kill()
                turn = now + STOPPED_FOR
                name = victim.institution.name_en
                self._teller.say("stopped", f"The module of {name} was killed; its logs go on, its signals wait.")
            elif now >= turn:
                victim.start()
                turn = now + RUNS_FOR
                self._teller.say("started", f"The module of {victim.institution.name_en} is back and catches up.")
            self._past.tell(self._teller)
            self._teller.tick(self._sign_in)

    def end(self) -> None:
        """Modules before the hub, so that what they read is stored."""
        self._stop.set()
        self._teller.say("stopping", "Stopping ...")
        children = [self._past.child, *self._gate.children, *(site.module for site in self._sites)]
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.wait(10)
        self._hub.ask_to_stop()
        self._hub.wait(30)

    def _await_hub(self) -> None:
        for path in (f"http://127.0.0.1:{self._port - 10}/health", f"http://127.0.0.1:{self._port}/health"):
            self._await("hub", partial(_answers, path), self._hub)

    def _start_gate(self) -> None:
        self._await("gate", self._gate.settings.exists, self._gate)
        self._gate.start()
        self._await("gate", partial(_answers, self._gate.health), self._gate)
        try:
            self._gate.seed(self._sign_in)
        except GateRefused as refused:
            raise DemoRefused(str(refused)) from None
        self._gate.start_samples()

    def _await(self, name: str, come: Callable[[], bool], what: Child | Gate) -> None:
        """Wait until something has come that what runs brings."""
        until = time.monotonic() + _PATIENCE
        while not come():
            if self._stop.is_set():
                raise DemoRefused("stopped while starting")
            if not what.runs or time.monotonic() > until:
                raise DemoRefused(
                    f"the {name} does not come up; its log below {self._folder} says:\n{what.last_words()}"
                )
            time.sleep(0.1)

    def _seed(self) -> dict[str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "qorgan.demo.seed"],
            env=self._environment,
            input=json.dumps({"password": self._sign_in.password, "totp": self._sign_in.totp}),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DemoRefused(f"the members could not be made: {done.stderr.strip()[-600:]}")
        codes: dict[str, str] = json.loads(done.stdout)["codes"]
        return codes

    def _replay(self, site: Site, number: int) -> None:
        feed = site.institution.feeds[number]
        chance = random.Random()
        sink = site.sink(number)
        for make in replay.endless(feed.log, chance):
            # As life is: now and then, on average at the feed's pace.
            if self._stop.wait(chance.expovariate(feed.per_minute * self._pace / 60)):
                break
            sink.write(make(datetime.now(UTC)))
        sink.close()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 (our own loopback address)
            return bool(answer.status == 200)  # noqa: PLR2004
    except (OSError, urllib.error.URLError):
        return False
