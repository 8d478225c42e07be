"""What stands in for ASOI is told and kept: the choice of the phone, the call, the letter with its running number."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from msgspec import Struct

from qorgan.cards.content import Card
from qorgan.ledger.entry import instant
from qorgan.module.fallback import drafts, spells
from qorgan.module.fallback.people import Person
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.store import Store
from qorgan.module.fallback_settings import NUMBER, YEAR
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
    if row is None:
        return None
    agreement = msgspec.json.decode(row["agreement"], type=Agreement)
    return Agreed(card=row["card"], wording=row["wording"], exact=row["exact"], agreement=agreement)


def require_agreed(store: Store, card: str) -> Agreed:
    """The same. Raises Refused `not-agreed`: nothing leaves that the head has not agreed to."""
    found = agreed_of(store, card)
    if found is None:
        raise Refused("not-agreed")
    return found


def choose_phone(store: Store, card: str, *, by: Person, reason: str, now: datetime) -> None:
    """A person says that the guaranteed transport is away as well, and why. Raises Refused."""
    require_agreed(store, card)
    if spells.open_spell(store) is None:
        raise Refused("asoi-is-here")
    if not reason.strip():
        raise Refused("reason-missing")
    choice = Choice(by=by.signatory(), at=instant(now), reason=reason.strip()[:2_000])
    with store.writing() as connection:
        connection.execute("INSERT OR IGNORE INTO choice VALUES (?, ?)", (card, msgspec.json.encode(choice)))
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
        connection.execute("INSERT OR REPLACE INTO call VALUES (?, ?)", (card, msgspec.json.encode(call)))
        drafts.note(connection, card, by.email, "call", now, msgspec.to_builtins(call))


def number_letter(
    store: Store, card: str, *, form: str, signatory: str, dated: date, by: Person, now: datetime
) -> Letter:
    """The letter of a card, under the next running number; the same letter when it has one. Raises Refused.

    Numbers are given in one transaction with their letters, and letters stay: there are no gaps.
    """
    agreed = require_agreed(store, card)
    with store.writing() as connection:
        if connection.execute("SELECT 1 FROM choice WHERE card = ?", (card,)).fetchone() is None:
            raise Refused("choice-missing")
        known = connection.execute("SELECT number, dated, signatory FROM letter WHERE card = ?", (card,)).fetchone()
        if known is not None:
            return Letter(**dict(known))
        running = connection.execute("SELECT coalesce(max(running), 0) + 1 FROM letter").fetchone()[0]
        number = form.replace(NUMBER, str(running)).replace(YEAR, str(dated.year))
        connection.execute(
            "INSERT INTO letter (running, year, card, number, dated, signatory, exact) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (running, dated.year, card, number, dated.isoformat(), signatory, agreed.exact),
        )
        drafts.note(connection, card, by.email, "letter", now, {"number": number})
    return Letter(number=number, dated=dated.isoformat(), signatory=signatory)


def evidence_of(store: Store, card: str, found_at: datetime) -> Evidence:
    """Everything that goes along with a card."""
    away = spells.since(store, found_at)
    with store.reading() as connection:
        choice = connection.execute("SELECT choice FROM choice WHERE card = ?", (card,)).fetchone()
        call = connection.execute("SELECT call FROM call WHERE card = ?", (card,)).fetchone()
        letter = connection.execute("SELECT number, dated, signatory FROM letter WHERE card = ?", (card,)).fetchone()
    return Evidence(
        away=away,
        choice=msgspec.json.decode(choice[0], type=Choice) if choice else None,
        call=msgspec.json.decode(call[0], type=Call) if call else None,
        letter=Letter(**dict(letter)) if letter else None,
    )
