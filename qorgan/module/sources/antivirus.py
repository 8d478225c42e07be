"""Asks a ClamAV daemon about a message over its local socket (INSTREAM). It takes the message apart by itself.

It is asked here, by the source, because the judging room can reach no socket; nothing of the message is read here.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Final

from qorgan.module.mail.handed import Scan

PATIENCE: Final = 30.0
"""Seconds for an answer; without one the message goes on, and its signal says that it was not scanned."""
_PIECE: Final = 64 * 1024
_LONGEST_ANSWER: Final = 4_096
_LONGEST_NAME: Final = 128


async def asked(message: bytes, socket: str) -> tuple[Scan, str]:
    """What the daemon at this socket says of a message, and the name of what it found. Raises nothing."""
    if not socket:
        return Scan.ABSENT, ""
    try:
        async with asyncio.timeout(PATIENCE):
            said = await _answer(message, socket)
    except (OSError, TimeoutError, EOFError):
        return Scan.FAILED, ""
    # "stream: OK", "stream: Name FOUND"; anything else is an error of its own, as its limit of size.
    verdict = said.removeprefix("stream:").strip()
    if verdict.endswith(" FOUND"):
        return Scan.INFECTED, verdict.removesuffix(" FOUND")[:_LONGEST_NAME]
    return (Scan.CLEAN if verdict == "OK" else Scan.FAILED), ""


async def _answer(message: bytes, socket: str) -> str:
    reader, writer = await asyncio.open_unix_connection(socket, limit=_LONGEST_ANSWER)
    try:
        writer.write(b"zINSTREAM\0")
        for start in range(0, len(message), _PIECE):
            piece = message[start : start + _PIECE]
            writer.write(struct.pack("!I", len(piece)) + piece)
            await writer.drain()
        writer.write(struct.pack("!I", 0))
        await writer.drain()
        answer = await reader.read(_LONGEST_ANSWER)
    finally:
        writer.transport.abort()
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
