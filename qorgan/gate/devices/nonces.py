"""The server's nonce: without one, a device's proofs could be made in advance (RFC 9449, 8). Nothing is stored.

A nonce is the keyed digest of a span of time. It is good in its own span and in the next.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta
from typing import Final

from qorgan.gate.sealing import index

SPAN: Final = timedelta(minutes=2)
_FIELD: Final = "devices.nonce"
_BYTES: Final = 16


def issue(now: datetime) -> str:
    """The nonce of this span, for the header `DPoP-Nonce`."""
    return _of(_span(now))


def is_fresh(nonce: str, now: datetime) -> bool:
    """Whether it is of this span or the last."""
    said = nonce.encode()
    return any(hmac.compare_digest(said, _of(_span(now) - ago).encode()) for ago in (0, 1))


def _span(now: datetime) -> int:
    return int(now.timestamp()) // int(SPAN.total_seconds())


def _of(span: int) -> str:
    return base64.urlsafe_b64encode(index(str(span), field=_FIELD)[:_BYTES]).rstrip(b"=").decode()
