"""Opens a judging room: starts its process, hands it the rules, and hears whether it can judge by them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

import msgspec

import qorgan
from qorgan.module.room.frames import Ready, Rules, frame, receive

_INSIDE: Final = "qorgan.module.room.inside"
_PATIENCE: Final = 30.0
"""Seconds for a room to become ready."""
_GRACE: Final = 0.5
"""Seconds for it to end by itself."""
_HANDED_DOWN: Final = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONTZPATH", "TZ")
"""All of the environment that the room gets: the rest may hold what is none of its business."""


class RoomRefused(Exception):
    """The judging room does not start. One line."""


class Opened:
    """A room's process and the channel to it."""

    def __init__(self, process: subprocess.Popen[bytes], channel: socket.socket) -> None:
        self.process = process
        self.channel = channel

    def end(self) -> str:
        """Let it go, which it does by itself once the channel is closed. Gives in words how it ended."""
        self.channel.close()
        try:
            code = self.process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        return f"ended by signal {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def open_room(rules: Rules) -> Opened:
    """A room that can judge. Takes some tenths of a second. Raises RoomRefused."""
    ours, its = socket.socketpair()
    with its:
        try:
            process = _start(its)
        except OSError as error:
            ours.close()
            raise RoomRefused(f"{sys.executable}: {error.strerror or error}") from None
    opened = Opened(process, ours)
    try:
        ours.settimeout(_PATIENCE)
        ours.sendall(frame(rules))
        said = receive(ours)
        ready = None if said is None else msgspec.msgpack.decode(said, type=Ready)
        ours.settimeout(None)
    except (OSError, ValueError) as error:
        raise RoomRefused(f"{type(error).__name__}; its process {opened.end()}") from None
    if ready is None or ready.refused:
        how = opened.end()
        raise RoomRefused(ready.refused if ready else f"its process {how}")
    return opened


def _start(channel: socket.socket) -> subprocess.Popen[bytes]:
    # -P: what lies in the working folder must not be taken for the product.
    return subprocess.Popen(  # noqa: S603 (our own interpreter with our own module)
        [sys.executable, "-P", "-m", _INSIDE],
        stdin=channel.fileno(),
        stdout=subprocess.DEVNULL,
        env={
            **{name: os.environ[name] for name in _HANDED_DOWN if name in os.environ},
            "PYTHONPATH": str(Path(qorgan.__file__).parents[1]),
        },
        process_group=0,
    )
