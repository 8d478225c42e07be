"""A card at the desk: written, proposed, agreed over its exact bytes by another; a later change voids it (R67.12).

The rules are those of the hub: `qorgan.cards` says what lacks and what cannot be.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import msgspec
from msgspec import Struct

from qorgan.cards.completeness import lacks
from qorgan.cards.content import Card
from qorgan.cards.correctness import untimely
from qorgan.cards.lack import Lack
from qorgan.ledger.canonical import canonical
from qorgan.ledger.entry import document_digest, instant
from qorgan.ledger.errors import EntryError
from qorgan.module.fallback.people import Person, still
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.sealed import Kept
from qorgan.module.fallback.store import Store
from qorgan.wire.package import Agreement, Words

OPEN: Final = "open"
PROPOSED: Final = "proposed"
AGREED: Final = "agreed"
ASIDE: Final = "set-aside"
"""The act by which a card that is being written is set aside."""


class Draft(Struct, frozen=True, kw_only=True):
    """Where a card stands at the desk."""

    id: str
    state: str
    revision: int
    """Grows with every act, so that whoever acts on an older look is told."""
    wording: int
    """The number of the wording that is agreed, or would be next."""
    drill: bool
    content: Card
    makers: tuple[str, ...]
    drafted_at: str
    exact: bytes | None
    proposed_by: str | None
    proposed_at: str | None


class Act(Struct, frozen=True, kw_only=True):
    """Something that was done with a card."""

    at: str
    person: str
    verb: str
    detail: dict[str, Any]


def begin(store: Store, content: Card, *, by: Person, now: datetime, drill: bool = False) -> str:
    """A new card. Gives its id. Raises Refused."""
    _require(store, by, "maker")
    card = str(uuid4())
    with store.writing() as connection:
        connection.execute(
            "INSERT INTO card (id, state, revision, wording, drill, content, makers, drafted_at) "
            "VALUES (?, ?, 1, 1, ?, ?, ?, ?)",
            (card, OPEN, int(drill), encoded(connection, card, content), json.dumps([by.email]), instant(now)),
        )
        note(connection, card, by.email, "begin", now)
    return card


def edit(store: Store, card: str, content: Card, *, by: Person, now: datetime, revision: int) -> None:
    """Write the card anew. What was proposed is so no more, what was agreed is void. Raises Refused."""
    _require(store, by, "maker")
    with store.writing() as connection:
        draft = _locked(connection, card, revision)
        if draft.content == content and draft.state == OPEN:
            return
        if draft.state != OPEN:
            note(connection, card, by.email, "void", now, {"state": draft.state, "wording": draft.wording})
        wording = draft.wording + 1 if draft.state == AGREED else draft.wording
        makers = tuple(dict.fromkeys((*draft.makers, by.email)))
        connection.execute(
            "UPDATE card SET state = ?, revision = revision + 1, wording = ?, content = ?, makers = ?, exact = NULL, "
            "proposed_by = NULL, proposed_at = NULL WHERE id = ?",
            (OPEN, wording, encoded(connection, card, content), json.dumps(makers), card),
        )
        note(connection, card, by.email, "edit", now)


def propose(store: Store, card: str, *, organisation: str, by: Person, now: datetime, revision: int) -> None:
    """Put the card before the head; nothing may lack. Raises Refused `incomplete` with what lacks."""
    _require(store, by, "maker")
    with store.writing() as connection:
        draft = _locked(connection, card, revision)
        if draft.state != OPEN:
            raise Refused("wrong-state")
        missing = lacking(draft.content, now)
        if missing:
            raise Refused("incomplete", lacks=missing)
        connection.execute(
            "UPDATE card SET state = ?, revision = revision + 1, exact = ?, proposed_by = ?, proposed_at = ?, "
            "makers = ? WHERE id = ?",
            (
                PROPOSED,
                connection.seal("card.exact", exact_of(draft, organisation), card),
                by.email,
                instant(now),
                json.dumps(tuple(dict.fromkeys((*draft.makers, by.email)))),
                card,
            ),
        )
        note(connection, card, by.email, "propose", now)


def agree(store: Store, card: str, *, by: Person, now: datetime, revision: int, digest: str) -> None:
    """Agree to the bytes that were looked at: `digest` is theirs. Nobody agrees to what they made. Raises Refused."""
    _require(store, by, "head")
    with store.writing() as connection:
        draft = _locked(connection, card, revision)
        if draft.state != PROPOSED or draft.exact is None or draft.proposed_by is None or draft.proposed_at is None:
            raise Refused("wrong-state")
        if document_digest(draft.exact) != digest:
            raise Refused("changed-meanwhile")
        maker = _person(connection, draft.proposed_by)
        if by.email in draft.makers or maker is None:
            raise Refused("made-by-you")
        agreement = Agreement(
            maker=maker.signatory(),
            head=by.signatory(),
            drafted_at=draft.drafted_at,
            proposed_at=draft.proposed_at,
            agreed_at=instant(now),
            digest=digest,
        )
        connection.execute(
            "INSERT INTO agreement (card, wording, exact, agreement, agreed_at) VALUES (?, ?, ?, ?, ?)",
            (
                card,
                draft.wording,
                connection.seal("agreement.exact", draft.exact, card, draft.wording),
                connection.seal("agreement.agreement", msgspec.json.encode(agreement), card, draft.wording),
                instant(now),
            ),
        )
        connection.execute("UPDATE card SET state = ?, revision = revision + 1 WHERE id = ?", (AGREED, card))
        note(connection, card, by.email, "agree", now, {"digest": digest})


def decline(store: Store, card: str, *, by: Person, now: datetime, revision: int, reason: str) -> None:
    """Send the card back to whoever made it. Raises Refused."""
    _require(store, by, "head")
    if not reason.strip():
        raise Refused("reason-missing")
    with store.writing() as connection:
        if _locked(connection, card, revision).state != PROPOSED:
            raise Refused("wrong-state")
        connection.execute(
            "UPDATE card SET state = ?, revision = revision + 1, exact = NULL, proposed_by = NULL, proposed_at = NULL "
            "WHERE id = ?",
            (OPEN, card),
        )
        note(connection, card, by.email, "decline", now, {"reason": reason.strip()[:2_000]})


def set_aside(store: Store, card: str, *, by: Person, now: datetime, revision: int, reason: str) -> None:
    """Say that nothing is to come of what is being written, and why. To write in it takes it up again. Raises Refused.

    Nothing is deleted: what a gate told, and that somebody judged it to be no incident, stays to be read.
    """
    _require(store, by, "maker")
    if not reason.strip():
        raise Refused("reason-missing")
    with store.writing() as connection:
        if _locked(connection, card, revision).state != OPEN:
            raise Refused("wrong-state")
        connection.execute("UPDATE card SET revision = revision + 1 WHERE id = ?", (card,))
        note(connection, card, by.email, ASIDE, now, {"reason": reason.strip()[:2_000]})


def lacking(content: Card, now: datetime) -> list[Lack]:
    """What a card lacks by its stage, and what cannot be so at this moment."""
    return [*lacks(content), *untimely(content, now)]


def exact_of(draft: Draft, organisation: str) -> bytes:
    """The bytes that the head agrees to. Raises Refused for words that have no one spelling."""
    words = Words(
        card=draft.id,
        wording=draft.wording,
        organisation=organisation,
        drill=draft.drill,
        content=msgspec.to_builtins(draft.content),
    )
    try:
        return canonical(words)
    except EntryError as wrong:
        raise Refused("malformed", detail=str(wrong)) from None


def draft_of(store: Store, card: str) -> Draft:
    """The card. Raises Refused `card-unknown`."""
    with store.reading() as connection:
        return read(connection, card)


def every(store: Store) -> list[Draft]:
    """Every card, the newest first."""
    with store.reading() as connection:
        rows = connection.execute("SELECT * FROM card ORDER BY drafted_at DESC, id DESC").fetchall()
        return [_draft(connection, row) for row in rows]


def aside(store: Store) -> frozenset[str]:
    """The cards that were set aside and that nobody has written in since. What a gate tells later changes nothing."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT act.card AS id FROM act JOIN card ON card.id = act.card WHERE card.state = ? AND act.verb = ? "
            "AND act.id = (SELECT max(id) FROM act AS last WHERE last.card = act.card AND last.verb <> 'learn')",
            (OPEN, ASIDE),
        ).fetchall()
    return frozenset(row["id"] for row in rows)


def acts_of(store: Store, card: str) -> list[Act]:
    """What was done with a card, in order."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT at, person, verb, detail FROM act WHERE card = ? ORDER BY id", (card,)
        ).fetchall()
        return [_act(connection, row) for row in rows]


def note(connection: Kept, card: str | None, person: str, verb: str, now: datetime, detail: object = None) -> None:
    """Write down an act in the running transaction."""
    said = json.dumps(detail or {}, ensure_ascii=False).encode()
    connection.execute(
        "INSERT INTO act (at, card, person, verb, detail) VALUES (?, ?, ?, ?, ?)",
        (instant(now), card, person, verb, connection.seal("act.detail", said, instant(now), person, verb)),
    )


def _require(store: Store, by: Person, role: str) -> None:
    found = still(store, by.email)
    if found is None or found.role != role:
        raise Refused("not-allowed")


def _locked(connection: Kept, card: str, revision: int) -> Draft:
    draft = read(connection, card)
    if draft.revision != revision:
        raise Refused("changed-meanwhile")
    return draft


def read(connection: Kept, card: str) -> Draft:
    """The card in the running transaction. Raises Refused `card-unknown`."""
    row = connection.execute("SELECT * FROM card WHERE id = ?", (card,)).fetchone()
    if row is None:
        raise Refused("card-unknown")
    return _draft(connection, row)


def _act(connection: Kept, row: sqlite3.Row) -> Act:
    detail = connection.unseal("act.detail", row["detail"], row["at"], row["person"], row["verb"])
    return Act(at=row["at"], person=row["person"], verb=row["verb"], detail=json.loads(detail))


def _draft(connection: Kept, row: sqlite3.Row) -> Draft:
    exact = row["exact"]
    return Draft(
        id=row["id"],
        state=row["state"],
        revision=row["revision"],
        wording=row["wording"],
        drill=bool(row["drill"]),
        content=msgspec.json.decode(connection.unseal("card.content", row["content"], row["id"]), type=Card),
        makers=_names(json.loads(row["makers"])),
        drafted_at=row["drafted_at"],
        exact=None if exact is None else connection.unseal("card.exact", exact, row["id"]),
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
    )


def _names(listed: Iterable[str]) -> tuple[str, ...]:
    return tuple(listed)


def _person(connection: Kept, email: str) -> Person | None:
    row = connection.execute("SELECT email, name, position, role FROM person WHERE email = ?", (email,)).fetchone()
    return Person(**dict(row)) if row else None


def encoded(connection: Kept, card: str, content: Card) -> bytes:
    """What is written in a card, as it is kept."""
    return connection.seal("card.content", msgspec.json.encode(content), card)
