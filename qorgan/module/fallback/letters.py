"""Official letters: numbered once, and from that moment the same bytes for good (R48I.3-fallback).

A letter's PDF and DOCX are made in the transaction that gives its number, and kept. A later call, choice or wording
changes no letter: the next one gets a number of its own and names the one that it supplements. Letters of drills are
counted apart, so that the institution's own register has no gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.ledger.entry import document_digest
from qorgan.module.fallback import drafts, spells
from qorgan.module.fallback.evidence import Agreed, agreed_of, require_agreed, said_of
from qorgan.module.fallback.people import Person
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.sealed import Kept
from qorgan.module.fallback.store import Store
from qorgan.module.fallback_settings import NUMBER, YEAR
from qorgan.wire.package import Agreement, Evidence, Letter

DRILL: Final = "DRILL-"
"""Before the number of a letter that is one of a drill."""


class Numbered(Struct, frozen=True, kw_only=True):
    """A letter that has its number."""

    id: int
    letter: Letter
    supplements: Letter | None
    """The letter before it, which it adds to."""


class Form(Struct, frozen=True, kw_only=True):
    """What the institution decides of its letters."""

    number: str
    """As `Letterhead.number`."""
    signatory: str
    dated: date


Write = Callable[[Agreed, Evidence, Letter | None], Mapping[str, bytes]]
"""Makes the files of a letter, by name, out of what it says and of the letter that it supplements."""


def number_letter(store: Store, card: str, form: Form, *, by: Person, now: datetime, write: Write) -> Numbered:
    """The next letter of a card, with its files; the last one while nothing has changed since. Raises Refused.

    Number, files and the act are one transaction, and letters stay: there are no gaps.
    """
    agreed = require_agreed(store, card)
    drill = drafts.draft_of(store, card).drill
    away = spells.since(store, agreed.content.found_at or now)
    with store.writing() as connection:
        choice, call, before = said_of(connection, card)
        if choice is None:
            raise Refused("choice-missing")
        last, basis = _last(connection, card), _basis(connection, agreed)
        if last is not None and _says(connection, last.id, agreed, basis):
            return last
        query = "SELECT coalesce(max(running), 0) + 1 FROM letter WHERE drill = ?"
        running = connection.execute(query, (int(drill),)).fetchone()[0]
        counted = f"{DRILL}{running}" if drill else str(running)
        number = form.number.replace(NUMBER, counted).replace(YEAR, str(form.dated.year))
        letter = Letter(number=number, dated=form.dated.isoformat(), signatory=form.signatory)
        files = write(agreed, Evidence(away=away, choice=choice, call=call, letter=letter), before)
        made = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM letter").fetchone()[0]
        exact = connection.seal("letter.exact", agreed.exact, made)
        connection.execute(
            "INSERT INTO letter VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (made, int(drill), running, card, number, letter.dated, form.signatory, exact, last and last.id, basis),
        )
        _keep(connection, made, files)
        drafts.note(connection, card, by.email, "letter", now, {"number": number})
    return Numbered(id=made, letter=letter, supplements=before)


def letters_of(store: Store, card: str) -> list[Numbered]:
    """Every letter of a card, the first first."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT id, number, dated, signatory FROM letter WHERE card = ? ORDER BY id", (card,)
        ).fetchall()
    found: list[Numbered] = []
    for row in rows:
        letter = Letter(number=row["number"], dated=row["dated"], signatory=row["signatory"])
        found.append(Numbered(id=row["id"], letter=letter, supplements=found[-1].letter if found else None))
    return found


def is_behind(store: Store, card: str) -> bool:
    """Whether a card has letters, and its last one does not say what stands."""
    agreed = agreed_of(store, card)
    with store.reading() as connection:
        last = _last(connection, card)
        return (
            agreed is not None
            and last is not None
            and not _says(connection, last.id, agreed, _basis(connection, agreed))
        )


def file_of(store: Store, card: str, letter: int, name: str, write: Write) -> bytes:
    """A file of a letter, as it was made when it was numbered. Raises Refused `letter-unknown`, `damaged`.

    The files of a letter that an earlier version numbered are made when the first of them is asked for, and kept.
    """
    known = next((one for one in letters_of(store, card) if one.id == letter), None)
    if known is None:
        raise Refused("letter-unknown")
    with store.reading() as connection:
        is_kept = connection.execute("SELECT 1 FROM paper WHERE letter = ?", (letter,)).fetchone() is not None
    if not is_kept:
        _keep_late(store, card, known, write)
    with store.reading() as connection:
        row = connection.execute(
            "SELECT digest, body FROM paper WHERE letter = ? AND name = ?", (letter, name)
        ).fetchone()
        if row is None:
            raise Refused("letter-unknown")
        body = connection.unseal("paper.body", row["body"], letter, name)
    if document_digest(body) != row["digest"]:
        raise Refused("damaged")
    return body


def _keep_late(store: Store, card: str, letter: Numbered, write: Write) -> None:
    """Make the files of a letter out of the very words that were agreed when it got its number."""
    away = spells.since(store, datetime.fromisoformat(drafts.draft_of(store, card).drafted_at))
    with store.writing() as connection:
        if connection.execute("SELECT 1 FROM paper WHERE letter = ?", (letter.id,)).fetchone() is not None:
            return
        kept = connection.execute("SELECT exact FROM letter WHERE id = ?", (letter.id,)).fetchone()[0]
        exact = connection.unseal("letter.exact", kept, letter.id)
        agreed = _agreed_as(connection, card, exact)
        choice, call, _last_one = said_of(connection, card)
        said = Evidence(away=away, choice=choice, call=call, letter=letter.letter)
        _keep(connection, letter.id, write(agreed, said, letter.supplements))


def _agreed_as(connection: Kept, card: str, exact: bytes) -> Agreed:
    rows = connection.execute("SELECT wording, exact, agreement FROM agreement WHERE card = ?", (card,)).fetchall()
    for row in rows:
        if connection.unseal("agreement.exact", row["exact"], card, row["wording"]) == exact:
            raw = connection.unseal("agreement.agreement", row["agreement"], card, row["wording"])
            agreement = msgspec.json.decode(raw, type=Agreement)
            return Agreed(card=card, wording=row["wording"], exact=exact, agreement=agreement)
    raise Refused("letter-unknown")


def _keep(connection: Kept, letter: int, files: Mapping[str, bytes]) -> None:
    for name, body in files.items():
        kept = connection.seal("paper.body", body, letter, name)
        connection.execute("INSERT INTO paper VALUES (?, ?, ?, ?)", (letter, name, document_digest(body), kept))


def _last(connection: Kept, card: str) -> Numbered | None:
    rows = connection.execute(
        "SELECT id, number, dated, signatory FROM letter WHERE card = ? ORDER BY id DESC LIMIT 2", (card,)
    ).fetchall()
    said = [Letter(number=row["number"], dated=row["dated"], signatory=row["signatory"]) for row in rows]
    return Numbered(id=rows[0]["id"], letter=said[0], supplements=said[1] if len(said) > 1 else None) if rows else None


def _basis(connection: Kept, agreed: Agreed) -> str:
    """A digest of everything that people said and a letter repeats. Absences end by themselves, and are left out."""
    choice, call, _letter = said_of(connection, agreed.card)
    return document_digest(agreed.exact + msgspec.json.encode((choice, call)))


def _says(connection: Kept, letter: int, agreed: Agreed, basis: str) -> bool:
    kept, exact = connection.execute("SELECT basis, exact FROM letter WHERE id = ?", (letter,)).fetchone()
    if kept:
        return bool(kept == basis)
    # One of an earlier version, which did not say of what it was made.
    return connection.unseal("letter.exact", exact, letter) == agreed.exact
