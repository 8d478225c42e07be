"""What stands in for ASOI is told and kept: the choice of the phone, and the call. Letters are in `letters.py`."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec
from msgspec import Struct

from qorgan.cards.content import Card
from qorgan.ledger.entry import instant
from qorgan.module.fallback import drafts, spells
from qorgan.module.fallback.people import Person
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.sealed import Kept
from qorgan.module.fallback.store import Store
from qorgan.wire.package import Agreement, Call, Choice, Evidence, Letter

CLAUSE = "R48I.3-fallback"


class Agreed(Struct, frozen=True, kw_only=True):
    """The wording that was agreed to last, with its agreement."""

    card: str
    wording: int
    exact: bytes
    agreement: Agreement

    @property
    def content(self) -> Card:
        """The words."""
        return msgspec.convert(msgspec.json.decode(self.exact)["content"], Card)


def agreed_of(store: Store, card: str) -> Agreed | None:
    """What of a card is agreed and not void; None while nothing is."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT agreement.* FROM agreement "
            "JOIN card ON card.id = agreement.card "
            "AND card.wording = agreement.wording WHERE card.id = ? AND card.state = ?",
            (card, drafts.AGREED),
        ).fetchone()
        return None if row is None else _agreed(connection, row)


def require_agreed(store: Store, card: str) -> Agreed:
    """The same. Raises Refused `not-agreed`: nothing leaves that the head has not agreed to."""
    found = agreed_of(store, card)
    if found is None:
        raise Refused("not-agreed")
    return found


def choose_phone(store: Store, card: str, *, by: Person, reason: str, now: datetime) -> None:
    """A person says that the guaranteed transport is away as well, and why. Raises Refused.

    In a drill ASOI may answer meanwhile.
    """
    require_agreed(store, card)
    if spells.open_spell(store) is None and not drafts.draft_of(store, card).drill:
        raise Refused("asoi-is-here")
    if not reason.strip():
        raise Refused("reason-missing")
    choice = Choice(by=by.signatory(), at=instant(now), reason=reason.strip()[:2_000])
    with store.writing() as connection:
        kept = connection.seal("choice.choice", msgspec.json.encode(choice), card)
        connection.execute("INSERT OR IGNORE INTO choice VALUES (?, ?)", (card, kept))
        drafts.note(connection, card, by.email, "choose-phone", now, {"reason": choice.reason})


def note_call(store: Store, card: str, call: Call, *, by: Person, now: datetime) -> None:
    """Write down a call as it was made; a later note mends an earlier one, both stay in the acts. Raises Refused."""
    require_agreed(store, card)
    said = evidence_of(store, card, datetime.fromisoformat(call.called_at))
    if said.choice is None:
        raise Refused("choice-missing")
    if not call.read_back:
        raise Refused("not-read-back")
    if datetime.fromisoformat(call.called_at) > now:
        raise Refused("in-the-future")
    with store.writing() as connection:
        kept = connection.seal("call.call", msgspec.json.encode(call), card)
        connection.execute("INSERT OR REPLACE INTO call VALUES (?, ?)", (card, kept))
        drafts.note(connection, card, by.email, "call", now, msgspec.to_builtins(call))


def evidence_of(store: Store, card: str, found_at: datetime) -> Evidence:
    """Everything that goes along with a card; of its letters the last, which names those before it."""
    away = spells.since(store, found_at)
    with store.reading() as connection:
        choice, call, letter = said_of(connection, card)
    return Evidence(away=away, choice=choice, call=call, letter=letter)


def said_of(connection: Kept, card: str) -> tuple[Choice | None, Call | None, Letter | None]:
    """The choice, the call and the last letter of a card, in the running transaction."""
    choice = connection.execute("SELECT choice FROM choice WHERE card = ?", (card,)).fetchone()
    call = connection.execute("SELECT call FROM call WHERE card = ?", (card,)).fetchone()
    letter = connection.execute(
        "SELECT number, dated, signatory FROM letter WHERE card = ? ORDER BY id DESC", (card,)
    ).fetchone()
    return (
        msgspec.json.decode(connection.unseal("choice.choice", choice[0], card), type=Choice) if choice else None,
        msgspec.json.decode(connection.unseal("call.call", call[0], card), type=Call) if call else None,
        Letter(**dict(letter)) if letter else None,
    )


def _agreed(connection: Kept, row: sqlite3.Row) -> Agreed:
    names = row["card"], row["wording"]
    raw = connection.unseal("agreement.agreement", row["agreement"], *names)
    exact = connection.unseal("agreement.exact", row["exact"], *names)
    return Agreed(card=names[0], wording=names[1], exact=exact, agreement=msgspec.json.decode(raw, type=Agreement))
