"""Evidence to take along: entries with their digests and places in the chain, and the signed epoch over it.

The digest of each entry is that of the chain: whoever has the gate's public key and the chain recomputes it with
`qorgan gate audit`. The digest of the whole is written in the journal, so the next epoch signs that this was taken.
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from qorgan.gate.clients.act import Act
from qorgan.gate.inspection.period import Period
from qorgan.gate.journal.content import COLUMNS, Row, content
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.search.query import Query
from qorgan.gate.journal.search.search import LARGEST, search
from qorgan.kit.refusal import Refusal

MOST: Final = 50_000
"""Entries of one file."""
_EPOCH: Final = "SELECT epoch, at, heads::text, note FROM gate_journal_epoch ORDER BY epoch DESC LIMIT 1"
_LINKS: Final = "SELECT entry, strand, link, encode(hash, 'hex') FROM gate_journal_link WHERE entry = ANY(%s)"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A file of evidence."""

    name: str
    media_type: str
    body: bytes
    digest: str

    @property
    def headers(self) -> dict[str, str]:
        """What it is sent with: its name, and its digest (RFC 9530)."""
        digest = base64.b64encode(bytes.fromhex(self.digest)).decode("ascii")
        return {
            "Content-Disposition": f'attachment; filename="{self.name}"',
            "Repr-Digest": f"sha-256=:{digest}:",
        }


def take(period: Period, *, form: str, act: Act, events: tuple[Event, ...] = (), caller: UUID | None = None) -> Taken:
    """Everything of a period as JSON or CSV, or these events of it; `caller` is the program that takes it, if one does.

    Raises Refusal when it is more than one file may hold, Unavailable when an archive cannot be read.
    """
    rows = _entries(Query(since=period.since, until=period.until, events=events))
    listed, head = _listed(rows), _head(period, events, rows, act.now)
    body = _as_csv(head, listed) if form == "csv" else msgspec.json.encode({**head, "entries": listed})
    digest = sha256(body).hexdigest()
    detail = {"sha256": digest, "form": form, "entries": len(rows)} | {
        name: head[name] for name in ("since", "until", "events")
    }
    with transaction.atomic():
        act.write(Event.EVIDENCE_EXPORTED, None, detail=detail | ({"caller": str(caller)} if caller else {}))
    name = f"evidence-{period.first.isoformat()}-{period.last.isoformat()}.{form}"
    media = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    return Taken(name=name, media_type=media, body=body, digest=digest)


def _entries(query: Query) -> list[Row]:
    found: list[Row] = []
    after = ""
    while True:
        page = search(query, after=after, size=LARGEST)
        found += [one.row for one in page.entries]
        if len(found) > MOST:
            raise Refusal("too-much", _("This is more than one file may hold. Ask for fewer days."), status=400)
        after = page.after
        if not after:
            return found[::-1]


def _listed(rows: list[Row]) -> list[dict[str, Any]]:
    """Each entry as it was written, with its digest, and its link where it is at hand."""
    links = _links([row.id for row in rows])
    return [
        {**msgspec.to_builtins(row), "digest": _digest(row), **links.get(row.id, {"strand": None, "link": None})}
        for row in rows
    ]


def _head(period: Period, events: tuple[Event, ...], rows: list[Row], now: datetime) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_EPOCH)
        found = cursor.fetchone()
    epoch = {"epoch": found[0], "at": found[1], "heads": found[2], "note": found[3]} if found else None
    together = sha256("".join(_digest(row) for row in rows).encode()).hexdigest()
    return {
        "origin": settings.CONFIG.origin,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        # None named: all of them.
        "events": [one.value for one in events],
        "taken_at": now.isoformat(),
        "count": len(rows),
        "digest_of_digests": together,
        "epoch": epoch,
    }


def _links(entries: list[int]) -> Mapping[int, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, [entries])
        rows = cursor.fetchall()
    return {entry: {"strand": strand, "link": link, "link_hash": digest} for entry, strand, link, digest in rows}


def _digest(row: Row) -> str:
    return sha256(content(row).encode()).hexdigest()


def _as_csv(head: Mapping[str, Any], listed: list[dict[str, Any]]) -> bytes:
    """The head in lines that begin with #, then a table. Nothing in it is a formula."""
    written = io.StringIO()
    for name, value in head.items():
        text = msgspec.json.encode(value).decode()
        written.write(f"# {name}: {text}\n")
    names = [*COLUMNS, "digest", "strand", "link", "link_hash"]
    table = csv.DictWriter(written, names, restval="")
    table.writeheader()
    for one in listed:
        table.writerow({name: _cell(one.get(name)) for name in names})
    return written.getvalue().encode()


def _cell(value: Any) -> str:
    text = "" if value is None else " ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
