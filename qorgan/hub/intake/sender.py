"""Who sends: a module, proven by its key. An unknown module and a wrong signature get the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from psycopg import AsyncConnection

from qorgan.hub.intake.answers import Refused
from qorgan.hub.intake.request import Request
from qorgan.hub.intake.statements import SQL
from qorgan.wire import signature

_STRANGER: Final = Ed25519PrivateKey.generate().public_key()
"""Stands in for the key of a module that is not known, so that it takes as long to refuse as a wrong signature."""

_NOBODY: Final = (UUID(int=0), "", "", "", None, None, None)


@dataclass(frozen=True, slots=True)
class Sender:
    """A module that has proven itself, and for whom it speaks. The organisation never comes from a record."""

    module: UUID
    organisation: UUID
    bin: str
    key: str
    server: datetime | None = None
    """When the PostgreSQL that vouches for the module was started."""


def module_named(request: Request) -> UUID:
    """The module a request says it is from. Raises Refused."""
    text = request.headers.get(signature.MODULE.lower(), "")
    try:
        found = UUID(text)
    except ValueError:
        raise Refused("not-recognised") from None
    if str(found) != text:
        raise Refused("not-recognised")
    return found


async def prove_sender(
    request: Request, body: bytes, *, connection: AsyncConnection, audience: str, now: datetime
) -> Sender:
    """The module that signed this request. Raises Refused `not-recognised`, or `revoked` to the holder of its key."""
    module = module_named(request)
    row = await (await connection.execute(SQL["sender"], {"module": module})).fetchone()
    organisation, bin_, state, organisation_state, key, public, server = row or _NOBODY
    # The stranger's key answers to whatever name the request gives: only the work counts, it can never hold.
    named = request.headers.get("signature-input", "").partition('keyid="')[2].partition('"')[0]
    keys = {key: Ed25519PublicKey.from_public_bytes(public)} if key and public else {named: _STRANGER}
    try:
        proven = signature.verify(
            request.method, request.path, request.headers, body, keys=keys, audience=audience, now=now
        )
    except signature.SignatureRefused:
        raise Refused("not-recognised") from None
    if state == "revoked" or organisation_state != "connected":
        raise Refused("revoked", "ask the centre, it took this module or its organisation off")
    return Sender(module, organisation, bin_, proven, server)
