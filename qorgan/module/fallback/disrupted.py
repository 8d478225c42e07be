"""Of what a gate told of a disruption of sign-in a card is drafted: the sixth category of R67.12, with the facts.

One disruption makes one draft, however often and in whatever order it is told. It is a draft as any other: a person
completes it, another agrees, and nothing goes anywhere by itself. What people have written is never overwritten: the
end is added to what is still being written, and stands beside what was proposed or agreed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import msgspec

from qorgan.cards.content import Card, System
from qorgan.cards.manner import Manner
from qorgan.cards.wording import Worded
from qorgan.cards.wording import worded as _
from qorgan.cards.words import Discovery, Outcome, Status
from qorgan.law.incidents import IncidentCategory
from qorgan.law.tlp import TLP
from qorgan.ledger.entry import instant
from qorgan.module.disruptions import is_later
from qorgan.module.fallback import drafts
from qorgan.module.fallback.sealed import Kept
from qorgan.module.fallback.store import Store
from qorgan.wire.disruption import Cause, Disruption, Phase

MODULE: Final = "qorgan module"
"""Whose act it is, in the history of a card. Nobody signs in by this name."""
REMEMBERED: Final = timedelta(days=3)
"""After so long a draft that nobody has opened is waited for no more."""
_LONGEST: Final = 20_000

_TITLES: Final = {
    Cause.ABSENT: _("The gate by which clients sign in was not there"),
    Cause.PROVIDER: _("Clients could not sign in: a service did not answer"),
    Cause.GATE: _("Clients could not sign in: the gate failed"),
    Cause.SLOW: _("Clients could hardly sign in: the gate answered too late"),
}
SERVICES: Final = {
    "biometrics": _("biometric identification of the state"),
    "own-biometrics": _("biometric identification on own devices"),
    "mobile-numbers": _("base of mobile citizens"),
    "messages": _("messages to phones"),
    "signatures": _("certification authority"),
}


def draft(store: Store, told: Disruption, manner: Manner, now: datetime) -> str:
    """The card of a disruption, made or brought up to date. Gives its id. Raises Refused, SpoolLocked."""
    with store.writing() as connection:
        row = connection.execute("SELECT card, told FROM disruption WHERE id = ?", (str(told.id),)).fetchone()
        if row is None:
            return _begin(connection, told, manner, now)
        card = str(row["card"])
        known = _decoded(connection, told, row["told"])
        if is_later(told, known):
            _keep(connection, "UPDATE disruption SET told = :told WHERE id = :id", told, card)
            _learn(connection, card, told, manner, now)
        return card


def told_of(store: Store, card: str) -> Disruption | None:
    """What the gate told last of the disruption that a card was drafted of; None for a card that people began."""
    with store.reading() as connection:
        row = connection.execute("SELECT id, told FROM disruption WHERE card = ?", (card,)).fetchone()
        if row is None:
            return None
        raw = connection.unseal("disruption.told", row["told"], row["id"])
        return msgspec.json.decode(raw, type=Disruption)


def unseen_since(store: Store, now: datetime) -> datetime | None:
    """Since when a draft waits that nobody has done anything with; None where none does."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT min(drafted_at) FROM card WHERE id IN (SELECT card FROM disruption) AND drafted_at > ? "
            "AND NOT EXISTS (SELECT 1 FROM act WHERE act.card = card.id AND person <> ?)",
            (instant(now - REMEMBERED), MODULE),
        ).fetchone()
    return datetime.fromisoformat(row[0]) if row[0] else None


def card_of(told: Disruption, manner: Manner) -> Card:
    """A first notice with all that the gate told. What only people can know stays empty."""
    is_absent = told.cause is Cause.ABSENT
    has_ended = told.phase is Phase.ENDED
    return Card(
        category=IncidentCategory.IDENTIFICATION_DISRUPTED,
        found_at=told.at,
        started_at=told.since,
        description="\n".join([str(_TITLES[told.cause]), *facts(told, manner)]),
        status=Status.RESOLVED if has_ended else Status.ONGOING,
        outcome=Outcome.UNKNOWN,
        tlp=TLP.AMBER,
        discovery=Discovery.MONITORING,
        fails=services(told),
        systems=(System(name=str(_("Identification and sign-in of clients (the gate)"))),),
        outage_start=told.since if is_absent else None,
        outage_end=told.until if is_absent else None,
        clients_affected=told.people or None,
    )


def facts(told: Disruption, manner: Manner) -> Iterator[str]:
    """What is known, sentence by sentence."""
    yield str(_("Since: %(since)s.") % {"since": manner.moment(told.since)})
    if told.failed or told.succeeded:
        counts = {"failed": told.failed, "succeeded": told.succeeded, "people": told.people}
        yield str(
            _("Attempts that could not be ended: %(failed)s; that ended well: %(succeeded)s; clients: %(people)s.")
            % counts
        )
    if told.services:
        yield str(_("Did not answer: %(services)s.") % {"services": services(told)})
    if told.hindered:
        counts = {"hindered": told.hindered, "steps": told.steps}
        yield str(_("Requests that failed or were answered too late: %(hindered)s of %(steps)s.") % counts)
    if told.until is not None:
        yield _end(told, manner)


def services(told: Disruption) -> str:
    """Who did not answer, and in how many ceremonies."""
    return ", ".join(f"{_named(name)} ({count})" for name, count in told.services.items())


def with_end(before: Card, told: Disruption, manner: Manner) -> Card:
    """What people wrote, with the end if it is not in it yet."""
    end = _end(told, manner) if told.phase is Phase.ENDED else ""
    description = before.description if end in before.description else f"{before.description.rstrip()}\n{end}"
    is_open_outage = before.outage_start is not None and before.outage_end is None and told.cause is Cause.ABSENT
    return msgspec.structs.replace(
        before,
        description=description if len(description) <= _LONGEST else before.description,
        outage_end=told.until if is_open_outage else before.outage_end,
    )


def _named(name: str) -> str:
    known: Worded | str = SERVICES.get(name, name)
    return str(known)


def _end(told: Disruption, manner: Manner) -> str:
    until = told.until or told.at
    minutes = max(1, round((until - told.since).total_seconds() / 60))
    return str(_("Over at: %(until)s, after %(minutes)s min.") % {"until": manner.moment(until), "minutes": minutes})


def _begin(connection: Kept, told: Disruption, manner: Manner, now: datetime) -> str:
    card = str(uuid4())
    connection.execute(
        "INSERT INTO card (id, state, revision, wording, drill, content, makers, drafted_at) "
        "VALUES (?, ?, 1, 1, 0, ?, '[]', ?)",
        (card, drafts.OPEN, drafts.encoded(connection, card, card_of(told, manner)), instant(now)),
    )
    drafts.note(connection, card, MODULE, "draft", now, _noted(told))
    _keep(connection, "INSERT INTO disruption (id, card, told) VALUES (:id, :card, :told)", told, card)
    return card


def _learn(connection: Kept, card: str, told: Disruption, manner: Manner, now: datetime) -> None:
    """Note the end: in a draft that nobody has touched by drafting it anew, in what people are writing beside that.

    How it goes on is shown with the card, and changes nothing in it under the hands of who is writing.
    """
    if told.phase is not Phase.ENDED:
        return
    drafts.note(connection, card, MODULE, "learn", now, _noted(told))
    standing = drafts.read(connection, card)
    if standing.state != drafts.OPEN:
        return
    if _is_touched(connection, card):
        after = with_end(standing.content, told, manner)
    else:
        after = msgspec.structs.replace(card_of(told, manner), found_at=standing.content.found_at)
    connection.execute(
        "UPDATE card SET content = ?, revision = revision + 1 WHERE id = ?",
        (drafts.encoded(connection, card, after), card),
    )


def _is_touched(connection: Kept, card: str) -> bool:
    query = "SELECT 1 FROM act WHERE card = ? AND person <> ?"
    return connection.execute(query, (card, MODULE)).fetchone() is not None


def _keep(connection: Kept, statement: str, told: Disruption, card: str) -> None:
    raw = connection.seal("disruption.told", msgspec.json.encode(told), str(told.id))
    connection.execute(statement, {"id": str(told.id), "card": card, "told": raw})


def _decoded(connection: Kept, told: Disruption, kept: bytes) -> Disruption:
    return msgspec.json.decode(connection.unseal("disruption.told", kept, str(told.id)), type=Disruption)


def _noted(told: Disruption) -> dict[str, str]:
    return {"phase": told.phase.value, "cause": told.cause.value}
