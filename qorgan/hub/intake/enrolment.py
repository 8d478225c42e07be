"""How a module becomes known, changes its key and says that it lives (R67.7)."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from psycopg import AsyncConnection, errors

from qorgan.hub.database.log_key import LogKey
from qorgan.hub.intake.answers import Refused
from qorgan.hub.intake.sender import Sender
from qorgan.hub.intake.statements import SQL
from qorgan.wire import signature
from qorgan.wire.enrolment import (
    Enrolled,
    EnrolmentRequest,
    Heartbeat,
    HeartbeatReply,
    KeyRotated,
    KeyRotation,
    code_digest,
    enrolment_statement,
    is_proven,
    rotation_statement,
)

SOURCE_ALARMED: Final = "module.source-alarmed"
"""The act as `members.journal` names it."""
_MOST_ALARMED: Final = 20

T = TypeVar("T")


def read_json(body: bytes, kind: type[T]) -> T:
    """The struct that a body says. Raises Refused, which names the place and not the value."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise Refused("bad-request", str(error).rpartition(" - at ")[2] if " - at " in str(error) else "") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("bad-request", "the body is not JSON") from None


async def enrol(connection: AsyncConnection, asked: EnrolmentRequest, key: LogKey, now: datetime) -> Enrolled:
    """Give a module its identity for a one-time code. Raises Refused `bad-code` in every case of failure alike.

    (1) The asker holds the key. (2) The code is taken, once, by whoever comes first. (3) The key replaces any other.
    """
    # (1) Before the code is touched: a wrong proof must not use it up.
    if not is_proven(asked.public_key, asked.proof, enrolment_statement(asked.code, asked.public_key)):
        raise Refused("bad-code")
    async with connection.transaction():
        # (2) Two askers at once: one updates the row, the other finds none.
        used = await (
            await connection.execute(SQL["use_code"], {"digest": code_digest(asked.code), "at": now})
        ).fetchone()
        if used is None:
            raise Refused("bad-code")
        module, organisation = used
        enrolled = await (
            await connection.execute(SQL["enrol_module"], {"module": module, "at": now, "version": asked.version})
        ).fetchone()
        named = await (await connection.execute(SQL["name_organisation"], {"organisation": organisation})).fetchone()
        if enrolled is None or named is None or named[2] != "connected":
            raise Refused("bad-code")
        # (3) A module has one key at a time.
        await connection.execute(SQL["retire_keys"], {"module": module})
        sender = Sender(module, organisation, named[0], "")
        key_id = await _add_key(connection, sender, asked.public_key, now, act="module.enrolled")
    return Enrolled(
        module=str(module),
        key=key_id,
        organisation=named[0],
        organisation_name=named[1],
        audience=key.origin,
        hub_key=str(key.verifier()),
        expected=enrolled[0] + 1,
    )


async def rotate(connection: AsyncConnection, sender: Sender, asked: KeyRotation, now: datetime) -> KeyRotated:
    """Replace a module's key by another that its holder proves to hold. The old one counts no more."""
    statement = rotation_statement(str(sender.module), sender.key, asked.public_key)
    if not is_proven(asked.public_key, asked.proof, statement):
        raise Refused("bad-request", "the new key is not proven")
    async with connection.transaction():
        locked = await (await connection.execute(SQL["lock_module"], {"module": sender.module})).fetchone()
        retired = await connection.execute(SQL["retire_key"], {"key": sender.key, "module": sender.module})
        if locked is None or retired.rowcount != 1:
            raise Refused("not-recognised")
        return KeyRotated(key=await _add_key(connection, sender, asked.public_key, now, act="module.key-rotated"))


async def heartbeat(connection: AsyncConnection, sender: Sender, body: bytes, now: datetime) -> HeartbeatReply:
    """Keep a module's word about itself, and tell it from which number on its signals are wanted."""
    said = read_json(body, Heartbeat)
    async with connection.transaction():
        row = await (
            await connection.execute(
                SQL["heartbeat"],
                {"module": sender.module, "status": body.decode(), "version": said.version, "at": now},
            )
        ).fetchone()
        if row is None:
            raise Refused("revoked", "ask the centre, it took this module off")
        alarmed = newly_alarmed(row[1], said)
        if alarmed:
            await connection.execute(
                SQL["journal"],
                {
                    "at": now,
                    "organisation": sender.organisation,
                    "act": SOURCE_ALARMED,
                    "object": str(sender.module),
                    "detail": msgspec.json.encode({"sources": alarmed}).decode(),
                },
            )
    return HeartbeatReply(expected=row[0] + 1)


def newly_alarmed(before: dict[str, Any] | None, said: Heartbeat) -> list[dict[str, str]]:
    """The sources of which a heartbeat tells what the one before did not: how they are read, product, since when.

    Their names are the institution's own affair and are not written down. At most a few: one entry a heartbeat.
    """
    known = {(one.get("name"), one.get("alarm")) for one in (before or {}).get("sources", ())}
    return [
        {"kind": one.kind, "product": one.product, "alarm": one.alarm, "since": one.alarm_since or ""}
        for one in said.sources
        if one.alarm and (one.name, one.alarm) not in known
    ][:_MOST_ALARMED]


async def _add_key(connection: AsyncConnection, sender: Sender, public_key: str, now: datetime, *, act: str) -> str:
    public = base64.b64decode(public_key)
    key_id = signature.key_id(public)
    try:
        await connection.execute(
            SQL["add_key"],
            {
                "key": key_id,
                "module": sender.module,
                "organisation": sender.organisation,
                "public": public,
                "at": now,
            },
        )
    except errors.UniqueViolation:
        raise Refused("bad-request", "this key was used before; make a new one") from None
    await connection.execute(
        SQL["journal"],
        {
            "at": now,
            "organisation": sender.organisation,
            "act": act,
            "object": str(sender.module),
            "detail": msgspec.json.encode({"key": key_id}).decode(),
        },
    )
    return key_id
