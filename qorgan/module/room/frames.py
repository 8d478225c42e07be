"""What passes between the module and its judging room: frames of msgpack behind their length, over paired sockets."""

from __future__ import annotations

import socket
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module.detect.settings import DetectTable
from qorgan.module.portion import Portion, Refinement

LENGTH: Final = 4
"""Bytes of a frame's length, the highest first."""
MOST: Final = 128 * 1024 * 1024
"""Bytes of the longest frame that is taken: a chunk's records, or 4,000 signals of the longest kind."""


class Rules(Struct, frozen=True, kw_only=True):
    """By what one institution is judged. Handed over here and nowhere else: the key must not be seen by others."""

    key: bytes
    """Of the tokens that stand for what is redacted."""
    networks: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    own_bins: tuple[str, ...] = ()
    mail_relays: tuple[str, ...] = ()
    """Networks of relays that others run for the institution."""
    mail_checkers: tuple[str, ...] = ()
    """Names under which its relays say how they checked a sender, besides its domains."""
    zones: tuple[str, ...] = ()
    """Time zones that sources name, to be read before the room can open no file any more."""
    packs: dict[str, str] = {}
    """Rule packs by file name, proven already; none for those of the release."""
    detect: DetectTable = DetectTable()
    """What counts as an attack over a window of time."""


class Ready(Struct, frozen=True):
    """The room's first word."""

    refused: str = ""
    """Why it cannot judge; '' when it can."""


class Task(Struct, frozen=True):
    """A portion with the number that its first signal must have; 0: the one after the last that was given."""

    portion: Portion
    first: int = 0
    memory: str = ""
    """To a room that is new: the attacks that were told already."""


_pack: Final = msgspec.msgpack.Encoder().encode


def frame(said: Rules | Ready | Task | Refinement) -> bytes:
    """The bytes of one frame."""
    body = _pack(said)
    return len(body).to_bytes(LENGTH, "big") + body


def length_of(head: bytes | bytearray) -> int:
    """Length of the frame that follows. Raises ValueError when it is too long."""
    length = int.from_bytes(head, "big")
    if length > MOST:
        raise ValueError(f"a frame of {length} bytes")
    return length


def receive(channel: socket.socket) -> bytearray | None:
    """The next frame's body, waiting for it; None when the other side has closed. Raises OSError, ValueError."""
    head = _exactly(channel, LENGTH)
    return None if head is None else _exactly(channel, length_of(head))


def _exactly(channel: socket.socket, size: int) -> bytearray | None:
    found = bytearray(size)
    view = memoryview(found)
    while view:
        taken = channel.recv_into(view)
        if not taken:
            return None
        view = view[taken:]
    return found
