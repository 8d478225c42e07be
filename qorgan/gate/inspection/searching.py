"""A search of the journal by somebody who may: what is found, and the entry of who looked for what (D26.journal)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from qorgan.gate.clients.act import Act
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.search.asked import Asked, query_of, told
from qorgan.gate.journal.search.query import Page
from qorgan.gate.journal.search.search import SIZE, search


def searched(asked: Asked, *, act: Act, caller: UUID | None = None, after: str = "", size: int = SIZE) -> Page:
    """A page of entries. `caller` is the program that looks, where it is not an employee.

    Raises Refusal with what to mend, Unavailable when an archive cannot be read.
    """
    found = search(query_of(asked), after=after, size=size)
    with transaction.atomic():
        act.write(Event.JOURNAL_SEARCHED, None, detail=told(asked) | ({"caller": str(caller)} if caller else {}))
    return found
