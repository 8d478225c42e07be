"""One look for ASOI and, where it does not answer, for the anchors: is it away, or is our own network broken?"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Final

import msgspec

from qorgan.module.fallback.outage import Look
from qorgan.module.sender.hub import Hub, HubAway

HEALTH: Final = "/health"
PATIENCE: Final = 5.0
"""Seconds an anchor has to take a connection."""
_RESOLVERS: Final = Path("/etc/resolv.conf")
_DNS: Final = "53"


class Answer(msgspec.Struct):
    """As much of the hub's health as matters."""

    status: str


async def look(hub: Hub, anchors: tuple[str, ...]) -> tuple[Look, str]:
    """What is seen now, with the reason where ASOI gave no good answer. It names no secret."""
    reason = await _ask(hub)
    if not reason:
        return Look.ANSWERED, ""
    known = anchors or name_servers()
    if known and not any(await asyncio.gather(*(_takes_connections(one) for one in known))):
        return Look.NO_NETWORK, f"no anchor answers either ({', '.join(known[:3])})"
    return Look.SILENT, reason


def name_servers(path: Path = _RESOLVERS) -> tuple[str, ...]:
    """The machine's name servers that stand outside of it."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    found = [line.split()[1] for line in lines if line.startswith("nameserver") and len(line.split()) > 1]
    return tuple(f"{one}:{_DNS}" for one in found if not one.startswith("127.") and one != "::1")


async def _ask(hub: Hub) -> str:
    """Why ASOI cannot be reported to now; '' when it can. Whoever else answers in its place is not it."""
    try:
        answer = await hub.get(HEALTH)
    except HubAway as away:
        return str(away) or "no answer"
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
        status = msgspec.json.decode(answer.body, type=Answer).status
        return "" if answer.is_taken and status == "ok" else f"it says that it is {status[:40]}"
    return f"what answers there is not ASOI (status {answer.status})"


async def _takes_connections(anchor: str) -> bool:
    host, _, port = anchor.rpartition(":")
    try:
        _reader, writer = await asyncio.wait_for(asyncio.open_connection(host.strip("[]"), int(port)), PATIENCE)
    except ConnectionRefusedError:
        return True  # who refuses is there
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
