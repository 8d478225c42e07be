"""Acts into the ledger: each act's digest as an entry, its receipt beside the act, in one transaction (R48I.3).

The ledger's lock is taken first and alone: whoever else holds it waits for none of ours. A clerk that dies has entered
an act with its receipt, or has not entered it; two clerks take turns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection

from qorgan.hub.database.log_key import LogKey
from qorgan.hub.intake.statements import SQL
from qorgan.hub.intake.tree import Head, append
from qorgan.hub.notices.asking import clerks_transaction
from qorgan.ledger.entry import DocumentEntry, instant
from qorgan.ledger.frontier import Frontier
from qorgan.ledger.receipt import write

SUBMIT: Final = "submit"
MOST: Final = 100
"""Acts entered under one lock: a module's batch waits no longer than these take."""
OVERLAP: Final = 10_000
"""Numbers looked through again behind the last one: an act with a lower number may be committed later."""

_PENDING: Final = """
SELECT act.id, document.kind, document.number, act.version, act.verb, act.organisation_id, act.exact, act.digest, act.at
FROM document_act AS act JOIN document ON document.id = act.document_id
WHERE act.id > %(after)s AND NOT EXISTS (SELECT 1 FROM document_act_receipt AS kept WHERE kept.act_id = act.id)
ORDER BY act.id LIMIT %(most)s
"""
_KEEP: Final = "INSERT INTO document_act_receipt (act_id, position, receipt, at) VALUES (%s, %s, %s, %s)"


class Signed(msgspec.Struct):
    """What exact bytes say of their author, whether they are a version's or an act's."""

    organisation: str


class Pending(NamedTuple):
    """An act that has no receipt."""

    id: int
    kind: str
    number: str
    version: int
    verb: str
    organisation: UUID
    exact: bytes
    digest: str
    at: datetime


@dataclass(slots=True)
class Entering:
    """Enters acts for as long as a clerk works."""

    key: LogKey
    _looked: int = 0
    """The highest number entered by this clerk; 0 looks through all."""

    def look_through_all(self) -> None:
        """Forget how far it is: the database may have been put back."""
        self._looked = 0

    def enter_all(self, now: datetime) -> int:
        """Enter every act that waits. Gives how many were."""
        entered = 0
        while (done := self._enter_some(now)) > 0:
            entered += done
        return entered

    def _enter_some(self, now: datetime) -> int:
        """(1) Whether any waits, without a lock. (2) The lock. (3) Those that wait still. (4) Entry and receipt."""
        with clerks_transaction(), connection.cursor() as cursor:
            # (1) Most looks find nothing, and must not hold up intake.
            if not self._pending(cursor, most=1):
                return 0
            # (2) From here on nobody else appends.
            cursor.execute(SQL["lock_ledger"])
            row = cursor.fetchone()
            if row is None:
                raise RuntimeError("the ledger has no state; run `qorgan hub migrate`")
            head = Head.read(row)
            # (3) Another clerk may have been here while we waited.
            found = self._pending(cursor, most=MOST)
            # (4) In the order of their numbers.
            for act in found:
                appended = append(head, entry_of(act), self.key, now)
                cursor.execute(SQL["append_entry"], appended.row | {"organisation": act.organisation})
                cursor.execute(_KEEP, [act.id, appended.position, write(appended.receipt), now])
                head = Head(head.epoch, head.start, Frontier.from_bytes(appended.row["frontier"]))
        self._looked = max([self._looked, *(act.id for act in found)])
        return len(found)

    def _pending(self, cursor: Any, *, most: int) -> list[Pending]:
        cursor.execute(_PENDING, {"after": max(0, self._looked - OVERLAP), "most": most})
        return [Pending(*row) for row in cursor.fetchall()]


def entry_of(act: Pending) -> DocumentEntry:
    """What the ledger says of an act: a submission by its kind alone, any other as `kind.verb`.

    It names whom the exact bytes name: where they keep an author from the addressees, so does the receipt.
    """
    return DocumentEntry(
        type=act.kind if act.verb == SUBMIT else f"{act.kind}.{act.verb}",
        number=act.number,
        version=act.version,
        organisation=msgspec.json.decode(act.exact, type=Signed).organisation,
        digest=act.digest,
        at=instant(act.at),
    )
