"""Packages out of agreed cards, and the hub's receipts for them, held against what was agreed (R48I.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from qorgan.ledger.entry import document_digest, instant
from qorgan.ledger.errors import LedgerError
from qorgan.ledger.receipt import Receipt, ReceiptError
from qorgan.ledger.receipt import read as read_receipt
from qorgan.ledger.receipt import verify as verify_receipt
from qorgan.module import hub_key
from qorgan.module.fallback import drafts
from qorgan.module.fallback.evidence import Agreed, evidence_of, require_agreed
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.sealed import Kept as Sealing
from qorgan.module.fallback.store import Store
from qorgan.module.sender.speaker import Speaker
from qorgan.wire.package import Package, Reply

FRESH: Final = timedelta(days=20)
"""A package older than this is sealed anew rather than sent."""
Way = Literal["file", "asoi"]
_OURS_ALONE: Final = frozenset({"channel", "told"})
"""What the hub writes into the card out of the evidence."""


class Kept(Struct, frozen=True, kw_only=True):
    """A receipt for a wording of a card."""

    card: str
    wording: int
    number: str
    """Of the hub's card."""
    reply: bytes


def sealed(store: Store, folder: Path, card: str, speaker: Speaker, *, way: Way, by: str, now: datetime) -> bytes:
    """The package of a card as it is agreed. One that was made for this way, and is fresh, is given again."""
    agreed = require_agreed(store, card)
    evidence = evidence_of(store, card, agreed.content.found_at or now)
    try:
        recipient = hub_key.find(folder, speaker.pinned)
    except hub_key.HubKeyMissing:
        raise Refused("hub-key-missing") from None
    with store.writing() as connection:
        known = _known(connection, agreed, way, now)
        if known is not None:
            return known
        package = Package(
            audience=speaker.identity.audience,
            recipient=recipient,
            module=speaker.identity.module,
            key=speaker.identity.key,
            organisation=speaker.identity.organisation,
            sealed_at=instant(now),
            agreed=agreed.exact.decode(),
            agreement=agreed.agreement,
            evidence=evidence,
        )
        body = speaker.seal(package)
        digest = document_digest(body)
        connection.execute(
            "INSERT INTO package (digest, card, wording, way, sealed_at, body) VALUES (?, ?, ?, ?, ?, ?)",
            (digest, card, agreed.wording, way, instant(now), connection.seal("package.body", body, digest)),
        )
        drafts.note(connection, card, by, "seal", now, {"digest": digest, "way": way})
    return body


def take_receipt(store: Store, raw: bytes, speaker: Speaker, now: datetime) -> Kept:
    """Keep the hub's receipt for a card of ours, if it proves our very words. Raises Refused.

    (1) It is of a wording that was agreed here. (2) The version that it proves has our words in it. (3) The pinned
    key of the ledger signed for these very bytes.
    """
    try:
        reply = msgspec.json.decode(raw, type=Reply)
        said = msgspec.json.decode(reply.exact, type=_Version)
    except (msgspec.MsgspecError, LedgerError, UnicodeDecodeError, RecursionError):
        raise Refused("no-receipt") from None
    # (1) Ours.
    with store.reading() as connection:
        row = connection.execute(
            "SELECT exact FROM agreement WHERE card = ? AND wording = ?", (reply.card, reply.wording)
        ).fetchone()
        if row is None:
            raise Refused("receipt-of-another")
        exact = connection.unseal("agreement.exact", row["exact"], reply.card, reply.wording)
    # (2) Our words.
    own = msgspec.json.decode(exact, type=_Agreed)
    if said.organisation != speaker.identity.organisation or _plain(said.content) != _plain(own.content):
        raise Refused("receipt-of-other-words")
    # (3) Proven.
    if not reply.is_receipted:
        raise Refused("receipt-to-come")
    try:
        found = read_receipt(bytes(reply.receipt))
        if not isinstance(found, Receipt):
            raise Refused("no-receipt")
        verify_receipt(found, reply.exact.encode(), speaker.trusted(found.log))
    except ReceiptError as wrong:
        raise Refused("receipt-not-proven", detail=str(wrong)) from None
    with store.writing() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO receipt (card, wording, number, reply, kept_at) VALUES (?, ?, ?, ?, ?)",
            (
                reply.card,
                reply.wording,
                reply.number,
                connection.seal("receipt.reply", raw, reply.card, reply.wording),
                instant(now),
            ),
        )
    return Kept(card=reply.card, wording=reply.wording, number=reply.number, reply=raw)


def receipt_of(store: Store, card: str, wording: int) -> Kept | None:
    """The receipt for a wording; None while there is none."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT card, wording, number, reply FROM receipt WHERE card = ? AND wording = ?", (card, wording)
        ).fetchone()
        if row is None:
            return None
        reply = connection.unseal("receipt.reply", row["reply"], card, wording)
    return Kept(card=card, wording=wording, number=row["number"], reply=reply)


def awaiting(store: Store) -> list[str]:
    """Cards that are agreed and have no receipt yet, in the order of their agreement."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT card.id FROM card JOIN agreement ON agreement.card = card.id AND agreement.wording = card.wording "
            "WHERE card.state = ? AND NOT EXISTS (SELECT 1 FROM receipt WHERE receipt.card = card.id "
            "AND receipt.wording = card.wording) ORDER BY agreement.agreed_at",
            (drafts.AGREED,),
        ).fetchall()
    return [row[0] for row in rows]


def refuse(store: Store, body: bytes, reason: str) -> None:
    """Write down why the hub does not take a package; '' that nothing is known against it."""
    with store.writing() as connection:
        digest = document_digest(body)
        said = connection.seal("package.refused", reason[:500].encode(), digest) if reason else b""
        connection.execute("UPDATE package SET refused = ? WHERE digest = ?", (said, digest))


def refused_of(store: Store, card: str, wording: int) -> str:
    """Why the hub does not take a card; '' when nothing is known."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT digest, refused FROM package WHERE card = ? AND wording = ? AND length(refused) > 0 "
            "ORDER BY sealed_at DESC",
            (card, wording),
        ).fetchone()
        return connection.unseal("package.refused", row["refused"], row["digest"]).decode() if row else ""


class _Version(Struct):
    organisation: str
    content: dict[str, object]


class _Agreed(Struct):
    content: dict[str, object]


def _plain(content: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in content.items() if name not in _OURS_ALONE}


def _known(connection: Sealing, agreed: Agreed, way: Way, now: datetime) -> bytes | None:
    row = connection.execute(
        "SELECT digest, body FROM package WHERE card = ? AND wording = ? AND way = ? AND sealed_at > ? "
        "AND length(refused) = 0 ORDER BY sealed_at DESC",
        (agreed.card, agreed.wording, way, instant(now - FRESH)),
    ).fetchone()
    return connection.unseal("package.body", row["body"], row["digest"]) if row else None
