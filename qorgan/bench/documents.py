"""Documents in numbers, written by COPY: for tests of figures and for the bench. Obviously invented, in every state.

Needs a superuser's connection to a prepared database. Times hold together as the engine would have left them, and the
bytes of versions are those of reports by phone alone: nothing else is read out of them by lists and figures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from qorgan.law.asoi import ANSWER_WARNING, MEND_RETURNED, OrganisationKind
from qorgan.law.calendar import shipped
from qorgan.law.documents import DocumentType
from qorgan.law.incidents import IncidentCategory

KINDS: Final = (
    (DocumentType.INCIDENT_CARD, 62),
    (DocumentType.ISMS_REPORT, 16),
    (DocumentType.INQUIRY, 10),
    (DocumentType.PHONE_REPORT, 6),
    (DocumentType.THREAT_WARNING, 4),
    (DocumentType.VULNERABILITY_WARNING, 2),
)
"""How often each is met, of a hundred."""
_STATES: Final = {
    DocumentType.INCIDENT_CARD: ("sent", "received", "received", "accepted", "returned", "closed"),
    DocumentType.ISMS_REPORT: ("sent", "received", "returned", "accepted"),
    DocumentType.INQUIRY: ("sent", "closed"),
    DocumentType.PHONE_REPORT: ("recorded", "joined", "dismissed"),
    DocumentType.THREAT_WARNING: ("published", "published", "withdrawn"),
    DocumentType.VULNERABILITY_WARNING: ("published",),
}
_WARNINGS: Final = (DocumentType.THREAT_WARNING, DocumentType.VULNERABILITY_WARNING)
_FINAL: Final = frozenset({"closed", "withdrawn", "dismissed", "discarded"})
_DECIDED: Final = ("accepted", "declined", "processed")
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Where:
    """Whose documents are made, and by whom."""

    institutions: Sequence[UUID]
    centre: UUID
    person: int


@dataclass(slots=True)
class Rows:
    """Rows by table, each a mapping from column to value."""

    random: Random
    where: Where
    now: datetime
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    acts: int = 0

    def add(self, table: str, **row: Any) -> None:
        """Keep a row."""
        self.tables.setdefault(table, []).append(row)

    def key(self) -> UUID:
        """An identifier that the seed decides."""
        return UUID(int=self.random.getrandbits(128), version=4)


def seed_documents(
    connection: psycopg.Connection,
    where: Where,
    *,
    count: int,
    now: datetime,
    days: int = 60,
    random: Random | None = None,
    open_only: bool = False,
) -> None:
    """Write `count` documents of the last `days`; with `open_only` none that has come to its end."""
    made = Rows(random or Random(0), where, now)
    cards: list[dict[str, Any]] = []
    kinds = [kind for kind, often in KINDS for _each in range(often)]
    for number in range(count):
        kind = made.random.choice(kinds)
        states = [state for state in _STATES[kind] if not (open_only and state in _FINAL)]
        document = _document(made, kind, number, made.random.choice(states), days)
        if kind is DocumentType.INCIDENT_CARD:
            cards.append(document)
        elif kind is DocumentType.PHONE_REPORT:
            _phone(made, document, cards)
        elif kind in _WARNINGS:
            _deliver(made, document)
        if document["state"] == "returned":
            _return(made, document)
    with connection.transaction():
        for table, rows in made.tables.items():
            _copy(connection, table, rows)
    for table in made.tables:
        connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


def add_institutions(connection: psycopg.Connection, count: int, now: datetime) -> list[UUID]:
    """Obviously invented institutions of every kind."""
    keys = [UUID(int=0xBE << 120 | number) for number in range(count)]
    kinds = [kind.value for kind in OrganisationKind if kind is not OrganisationKind.AUTHORITY]
    rows = [
        {
            "id": key,
            "bin": f"8{number:011}",
            "kind": kinds[number % len(kinds)],
            **{f"name_{language}": f"Invented Institution {number:03}" for language in ("kk", "ru", "en")},
            "email": f"office-{number}@bank.example",
            "reporting_phone": "",
            "contacts": "[]",
            "inventory": "[]",
            "state": "connected",
            "created_at": now,
        }
        for number, key in enumerate(keys)
    ]
    _copy(connection, "organisation", rows)
    return keys


def _document(made: Rows, kind: DocumentType, number: int, state: str, days: int) -> dict[str, Any]:
    dice, where = made.random, made.where
    by_centre = kind is DocumentType.PHONE_REPORT or (kind in _WARNINGS and dice.random() < 0.7)
    author = where.centre if by_centre else dice.choice(where.institutions)
    submitted = made.now - timedelta(seconds=dice.randrange(1, days * 86400))
    agreed = submitted - dice.random() * 3 * _HOUR
    created = agreed - dice.random() * 20 * _HOUR
    received = min(made.now, submitted + dice.random() * 30 * _HOUR) if state not in {"sent", "recorded"} else None
    is_incident = kind in {DocumentType.INCIDENT_CARD, DocumentType.PHONE_REPORT}
    key = made.key()
    row = {
        "id": key,
        "kind": kind.value,
        "number": f"BE-{number:06}-{key.hex[:6].upper()}",
        "author_id": author,
        "about_id": None,
        "state": state,
        "title": f"Invented {kind.en} {number}",
        "category": dice.choice(list(IncidentCategory)).value if is_incident else "",
        "severity": dice.randrange(5) if kind is not DocumentType.ISMS_REPORT else None,
        "tlp": "TLP:AMBER",
        "stage": 1,
        "is_final": state == "closed",
        "drill": dice.random() < 0.06,
        "open_to_centre": kind is not DocumentType.INQUIRY,
        "anonymous": False,
        "version": 1,
        "revision": 4,
        "created_by_id": where.person,
        "found_at": created - dice.random() * 40 * _HOUR if is_incident and dice.random() < 0.95 else None,
        "created_at": created,
        "agreed_at": None if by_centre else agreed,
        "submitted_at": submitted,
        "sent_at": submitted,
        "received_at": received,
        "closed_at": made.now if state in _FINAL else None,
    }
    made.add("document", **row)
    return made.tables["document"][-1]


def _phone(made: Rows, report: dict[str, Any], cards: list[dict[str, Any]]) -> None:
    """Words, addressee, and for a joined one its card, which came later or earlier."""
    institution = made.random.choice(made.where.institutions)
    fitting = [card for card in cards if card["drill"] == report["drill"]]
    if report["state"] == "joined" and fitting:
        card = made.random.choice(fitting)
        institution, report["about_id"] = card["author_id"], card["id"]
        called = card["submitted_at"] - (made.random.random() * 90 - 10) * _HOUR
        report["submitted_at"] = report["sent_at"] = max(report["submitted_at"], called)
    else:
        report["state"] = "recorded" if report["state"] == "joined" else report["state"]
        called = report["submitted_at"] - made.random.random() * 30 * _HOUR
    words = {
        "kind": report["kind"],
        "number": report["number"],
        "version": 1,
        "organisation": "0",
        "acting": None,
        "about": None,
        "drill": report["drill"],
        "addressees": [],
        "attachments": [],
        "content": {"called_at": called.isoformat(), "number_is": "registered"},
    }
    made.add(
        "document_version",
        document_id=report["id"],
        author_id=report["author_id"],
        number=1,
        digest="sha-256:",
        exact=json.dumps(words).encode(),
        sent_by_id=made.where.person,
        sent_at=report["submitted_at"],
    )
    _reception(made, report, institution, "noted", report["submitted_at"])


def _deliver(made: Rows, warning: dict[str, Any]) -> None:
    """A reception and a clock for every institution but its author."""
    dice, sent = made.random, warning["submitted_at"]
    due = shipped().due(ANSWER_WARNING, sent)
    for institution in made.where.institutions:
        if institution == warning["author_id"]:
            continue
        state = "received" if dice.random() < 0.15 else dice.choice((*_DECIDED, "accepting"))
        decided = min(made.now, sent + dice.random() * 48 * _HOUR) if state in _DECIDED else None
        key = _reception(made, warning, institution, state, sent, decided)
        _clock(made, warning, ANSWER_WARNING.clause, sent, due, decided or warning["closed_at"], institution, key)


def _return(made: Rows, document: dict[str, Any]) -> None:
    """The act, and its clock where the law has one; some came back once before and were mended."""
    at = document["received_at"] or document["submitted_at"]
    has_term = document["kind"] == DocumentType.INCIDENT_CARD
    before = at - made.random.random() * 300 * _HOUR
    if made.random.random() < 0.3:
        _act(made, document, before)
        if has_term:
            mended = before + made.random.random() * 200 * _HOUR
            _clock(made, document, MEND_RETURNED.clause, before, shipped().due(MEND_RETURNED, before), mended)
    _act(made, document, at)
    if has_term:
        _clock(made, document, MEND_RETURNED.clause, at, shipped().due(MEND_RETURNED, at), None)


def _act(made: Rows, document: dict[str, Any], at: datetime) -> None:
    made.add(
        "document_act",
        document_id=document["id"],
        organisation_id=made.where.centre,
        home_id=made.where.centre,
        person_id=made.where.person,
        verb="return",
        before="received",
        after="returned",
        clause=MEND_RETURNED.clause,
        at=at,
        version=1,
        audience="parties",
        exact=b"",
        digest="",
        detail=json.dumps({"fields": [{"field": "description", "reason": "invented"}]}),
    )


def _reception(
    made: Rows,
    document: dict[str, Any],
    institution: UUID,
    state: str,
    at: datetime,
    decided: datetime | None = None,
) -> UUID:
    key = made.key()
    made.add(
        "document_reception",
        id=key,
        document_id=document["id"],
        organisation_id=institution,
        state=state,
        version=1,
        author_id=document["author_id"],
        open_to_centre=True,
        revision=1,
        decision="[]",
        makers="{}",
        delivered_at=at,
        decided_at=decided,
    )
    return key


def _clock(  # noqa: PLR0913, PLR0917  # a row of its table
    made: Rows,
    document: dict[str, Any],
    clause: str,
    started: datetime,
    due: datetime,
    stopped: datetime | None,
    institution: UUID | None = None,
    reception: UUID | None = None,
) -> None:
    term = ANSWER_WARNING if clause == ANSWER_WARNING.clause else MEND_RETURNED
    made.add(
        "document_deadline",
        document_id=document["id"],
        reception_id=reception,
        clause=clause,
        starts=term.starts,
        organisation_id=institution or document["author_id"],
        working_days=term.working_days,
        started_at=started,
        due_at=due,
        calendar=shipped().version,
        stopped_at=stopped,
    )


def _copy(connection: psycopg.Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    columns = list(listed[0])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in listed:
            copy.write_row([row[column] for column in columns])
