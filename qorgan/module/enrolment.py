"""How this module became known to the hub, and how it changes its key (R67.7)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import msgspec

import qorgan
from qorgan.ledger.errors import NoteError
from qorgan.ledger.note import VerifierKey
from qorgan.module import keys
from qorgan.module.durable import private_folder, write_durably
from qorgan.module.sender.hub import Hub, HubAway
from qorgan.module.sender.speaker import Speaker
from qorgan.wire.enrolment import (
    ENROLMENTS_PATH,
    HEARTBEATS_PATH,
    JSON,
    KEYS_PATH,
    CodeRefused,
    Enrolled,
    EnrolmentRequest,
    KeyRotated,
    KeyRotation,
    check_hub,
    enrolment_statement,
    prove,
    public_text,
    rotation_statement,
)
from qorgan.wire.reply import Problem

IDENTITY: Final = "identity.json"
KEY_PATH: Final = "/ledger/key"

T = TypeVar("T")


class EnrolmentRefused(Exception):
    """The module could not become known, or change its key. One line with its remedy."""


def identity(folder: Path) -> Enrolled | None:
    """Who this module is; None before enrolment. Raises EnrolmentRefused when the file cannot be used."""
    path = folder / IDENTITY
    try:
        return msgspec.json.decode(path.read_bytes(), type=Enrolled)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnrolmentRefused(f"{path}: {error.strerror or error}; let the module's user read it") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise EnrolmentRefused(f"{path}: is damaged; put it back from a backup, or enrol again") from None


def speaker(folder: Path) -> Speaker:
    """Who this module is, with the key that proves it. Raises EnrolmentRefused, KeyRefused."""
    known = identity(folder)
    if known is None:
        raise EnrolmentRefused(f"{folder}: this module is not enrolled; run `qorgan module enrol` with a code")
    try:
        return Speaker(known, keys.find(folder, known.key))
    except NoteError:
        raise EnrolmentRefused(f"{folder / IDENTITY}: is damaged; put it back from a backup, or enrol again") from None


async def enrol(folder: Path, hub: Hub, code: str) -> Enrolled:
    """Become known to the hub for a one-time code. Raises EnrolmentRefused.

    (1) The hub that answers holds the log key that the code was made for; before that the code is not shown to it.
    (2) A key is made here. (3) The hub is given its public half, the code, and a proof of the other half.
    (4) The answer is for the key that was sent and names the log that was checked. (5) It counts from the moment
    that the identity is on the disk.
    """
    # (1) The code's own digest of the key is the only thing trusted so far.
    hub_key = await _hub_key(hub, code)
    # (2) A key that was shown to a hub once is never shown again, so each attempt makes its own.
    key = keys.make_next(folder)
    public = public_text(key)
    # (3) The request needs no signature: its proof is one.
    proof = prove(key, enrolment_statement(code, public))
    request = EnrolmentRequest(code=code, public_key=public, proof=proof, version=qorgan.__version__)
    found = await _ask(hub, ENROLMENTS_PATH, {"Content-Type": JSON}, msgspec.json.encode(request), Enrolled)
    # (4) Otherwise receipts would be checked against a key that nobody vouched for.
    if found.hub_key != str(hub_key) or found.audience != hub_key.name or found.key != keys.name_of(key):
        raise EnrolmentRefused("the hub's answer does not fit its key or ours; tell the centre, and do not use it")
    # (5) From here on the new key is the module's key.
    _remember(folder, found)
    return found


async def rotate(folder: Path, hub: Hub, now: datetime) -> Enrolled:
    """Replace the signing key. Raises EnrolmentRefused, KeyRefused; the old key then stays in force."""
    await renew(folder, hub, now)
    old = speaker(folder)
    key = keys.make_next(folder)
    public = public_text(key)
    statement = rotation_statement(old.identity.module, old.identity.key, public)
    body = msgspec.json.encode(KeyRotation(public_key=public, proof=prove(key, statement)))
    headers = old.sign(KEYS_PATH, {"Content-Type": JSON}, body, now=now)
    found = await _ask(hub, KEYS_PATH, headers, body, KeyRotated)
    if found.key != keys.name_of(key):
        raise EnrolmentRefused("the hub confirmed another key than the new one; tell the centre")
    changed = msgspec.structs.replace(old.identity, key=found.key)
    _remember(folder, changed)
    return changed


async def renew(folder: Path, hub: Hub, now: datetime) -> Speaker | None:
    """Whoever this module is by now, when a rotation was cut off after the hub had confirmed it; otherwise None.

    A next key that lies here is shown to the hub. When the hub knows it, it is the module's key from now on.
    """
    known, key = identity(folder), keys.load(folder / keys.NEXT)
    if known is None or key is None:
        return None
    changed = msgspec.structs.replace(known, key=keys.name_of(key))
    candidate = Speaker(changed, key)
    body = b"{}"
    try:
        headers = candidate.sign(HEARTBEATS_PATH, {"Content-Type": JSON}, body, now=now)
        answer = await hub.post(HEARTBEATS_PATH, headers, body)
        said = msgspec.json.decode(answer.body, type=Problem)
    except (HubAway, msgspec.DecodeError, UnicodeDecodeError):
        return None
    # An empty heartbeat is refused, but only after the hub has found out whose it is.
    if said.code != "bad-request":
        return None
    _remember(folder, changed)
    return candidate


def _remember(folder: Path, known: Enrolled) -> None:
    private_folder(folder)
    write_durably(folder / IDENTITY, msgspec.json.format(msgspec.json.encode(known), indent=2) + b"\n")
    keys.promote(folder)


async def _hub_key(hub: Hub, code: str) -> VerifierKey:
    try:
        answer = await hub.get(KEY_PATH)
        key = VerifierKey.parse(answer.body.decode().strip())
        check_hub(code, str(key))
    except HubAway as away:
        raise EnrolmentRefused(f"the hub does not answer ({away}); check hub.url, hub.proxy and the channel") from None
    except (NoteError, UnicodeDecodeError):
        raise EnrolmentRefused("what answers at hub.url is no hub; check hub.url and hub.proxy") from None
    except CodeRefused as refused:
        raise EnrolmentRefused(f"{refused}; nothing was sent") from None
    return key


async def _ask(hub: Hub, path: str, headers: dict[str, str], body: bytes, kind: type[T]) -> T:
    try:
        answer = await hub.post(path, headers, body)
    except HubAway as away:
        raise EnrolmentRefused(f"the hub does not answer ({away}); try again, with a new code if it was used") from None
    try:
        if answer.is_taken:
            return msgspec.json.decode(answer.body, type=kind)
        said = msgspec.json.decode(answer.body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise EnrolmentRefused(
            f"the hub's answer ({answer.status}) cannot be read; check hub.url and hub.proxy"
        ) from None
    remedy = "ask the centre for a new code" if said.code == "bad-code" else "ask the centre"
    raise EnrolmentRefused(f"the hub refused: {said.title}; {remedy} (its trace: {said.trace or 'none'})")
