"""Opens listeners: with TLS where it is asked for, again and again until it succeeds."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

RETRY: Final = 5.0
"""Seconds between attempts to open a listener, when its address is not free or its certificate not there."""

HANDSHAKE: Final = 10.0
"""Seconds for a TLS handshake."""

_log: Final = logging.getLogger(__name__)
Opened = TypeVar("Opened")


def server_context(certificate: str, key: str = "", client_ca: str = "") -> ssl.SSLContext | None:
    """TLS 1.2 or later with a certificate; with `client_ca` only for senders that show one of its own (RFC 5425 4.2).

    None without a certificate. Raises `OSError` or `ssl.SSLError` for files that are absent or no such thing.
    """
    if not certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key or None)
    if client_ca:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


async def keep_opening(
    what: str,
    attempt: Callable[[], Awaitable[Opened]],
    say: Callable[[str], None],
    closed: asyncio.Event,
) -> Opened | None:
    """What `attempt` opens, once it succeeds; None when closed before. `say` hears what hinders it, and "" at last."""
    told = ""
    while not closed.is_set():
        try:
            opened = await attempt()
        except OSError as hindrance:
            trouble = f"cannot open {what}: {hindrance.strerror or hindrance}"
            say(trouble)
            if trouble != told:
                _log.error("%s; trying again every %.0f seconds", trouble, RETRY)
            told = trouble
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(closed.wait(), RETRY)
        else:
            say("")
            return opened
    return None
