"""Asks ClamAV about a file over its local socket, in the protocol of `clamd` (INSTREAM)."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CHUNK: Final = 64 * 1024
_PATIENCE: Final = 20.0
"""Seconds: a page waits for the answer, with its transaction open."""
_LONGEST_ANSWER: Final = 4_096

CLEAN: Final = "clean"
NOT_SCANNED: Final = "not-scanned"
INFECTED: Final = "infected"


@dataclass(frozen=True, slots=True)
class Scan:
    """What the scanner said."""

    state: str
    """`clean`, `infected`, or `not-scanned` where it could not be asked."""
    found: str = ""
    """The name of what was found."""


def scan(content: bytes, socket_path: Path | None) -> Scan:
    """Let ClamAV look through a file. A scanner that is not there or fails leaves it not scanned."""
    if socket_path is None:
        return Scan(NOT_SCANNED)
    try:
        said = _ask(content, socket_path)
    except OSError:
        return Scan(NOT_SCANNED)
    # "stream: OK", "stream: Name FOUND"; anything else is an error of the scanner's, such as its limit of size.
    verdict = said.removeprefix("stream:").strip()
    if verdict == "OK":
        return Scan(CLEAN)
    if verdict.endswith(" FOUND"):
        return Scan(INFECTED, verdict.removesuffix(" FOUND"))
    return Scan(NOT_SCANNED)


def _ask(content: bytes, path: Path) -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_PATIENCE)
        connection.connect(str(path))
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            part = content[start : start + _CHUNK]
            connection.sendall(struct.pack("!I", len(part)) + part)
        connection.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            more = connection.recv(_LONGEST_ANSWER)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
