"""Running the product's own commands, as a person would."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

QORGAN = Path(sys.executable).with_name("qorgan")


def qorgan(*arguments: str, given: str | None = None) -> str:
    """What a command says on standard output. Raises RuntimeError with what it says on standard error."""
    done = subprocess.run([QORGAN, *arguments], input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"qorgan {' '.join(arguments[:2])}: {done.stderr.strip()[-800:]}")
    return done.stdout


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
