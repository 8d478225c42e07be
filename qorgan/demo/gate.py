"""The sample bank's gate in the demonstration: the registries it asks, the gate itself, and two sites that use it.

Everything it asks of others is a sandbox, and says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from qorgan.demo.children import Child
from qorgan.demo.sign_in import SignIn

_FROM: Final = 40
"""The gate's port stands this far above the portal's, and those of what belongs to it behind."""


class GateRefused(Exception):
    """The people of the gate cannot be made. Says why."""


class Gate:
    """A gate with its sandboxes and its sample sites."""

    def __init__(self, folder: Path, portal: int) -> None:
        self._folder = folder / "gate"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._port = portal + _FROM
        self.address = f"http://localhost:{self._port}"
        self.sandbox = f"http://127.0.0.1:{self._port + 1}"
        self.bank, self.platform = (f"http://localhost:{self._port + number}" for number in (3, 4))
        self.config = self._folder / "gate.toml"
        self._environment = {**os.environ, "QORGAN_GATE_CONFIG": str(self.config), "PYTHONUNBUFFERED": "1"}
        qorgan = str(Path(sys.executable).with_name("qorgan"))
        registries = [qorgan, "gate", "sandbox", "--folder", str(self._sandbox), "--port", str(self._port + 1)]
        samples = [sys.executable, "-m", "qorgan.demo.samples", "--gate", self.address, "--port", str(self._port + 3)]
        self._registries = self._child("sandbox", [*registries, "--authority-port", str(self._port + 2)])
        self._gate = self._child("gate", [qorgan, "gate", "run"])
        self._samples = self._child("samples", [*samples, "--state", str(self._folder / "samples")])

    @property
    def _sandbox(self) -> Path:
        return self._folder / "sandbox"

    @property
    def children(self) -> list[Child]:
        """Its processes, in the order in which they end."""
        return [self._samples, self._gate, self._registries]

    @property
    def health(self) -> str:
        """Where it says that it is up."""
        return f"http://127.0.0.1:{self._port}/health"

    @property
    def settings(self) -> Path:
        """What the sandbox writes once it answers: how a gate asks it. Its keys are new at every start."""
        return self._sandbox / "providers.toml"

    @property
    def feed(self) -> Path:
        """Where it tells the bank's module of attempts to sign in."""
        return self._folder / "sign-ins.json"

    @property
    def runs(self) -> bool:
        """Whether the gate lives, what it asks, and who asks it once they were started."""
        return self._gate.runs and self._registries.runs and not self._samples.failed

    def start_registries(self) -> None:
        """The state registries' stand-ins come first: the gate is told their keys."""
        self.settings.unlink(missing_ok=True)
        self._registries.start()

    def start(self) -> None:
        """The gate, with what the sandbox said of itself."""
        own = f"""\
state = "{self._folder}/state"

[portal]
port = {self._port}
address = "{self.address}"

[feed]
file = "{self.feed}"

[pages]
institution = "Sample Bank"
test_authority = true

[registration]
test_numbers = true

"""
        self.config.write_text(own + self.settings.read_text("utf-8"), "utf-8")
        self._gate.start()

    def seed(self, sign_in: SignIn) -> None:
        """Make its people, once. Raises GateRefused."""
        made = self._folder / "people-made"
        if made.exists():
            return
        done = subprocess.run(
            [sys.executable, "-m", "qorgan.demo.gate_people"],
            env=self._environment,
            input=json.dumps({"password": sign_in.password, "totp": sign_in.totp}),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise GateRefused(f"the gate's people could not be made: {done.stderr.strip()[-600:]}")
        made.touch()

    def start_samples(self) -> None:
        """The two sites whose people sign in through it."""
        self._samples.start()

    def last_words(self) -> str:
        """What its processes said last."""
        return "\n".join(child.last_words() for child in self.children if not child.runs)

    def _child(self, name: str, command: list[str]) -> Child:
        return Child(name, command, self._folder / f"{name}.log", self._environment)
