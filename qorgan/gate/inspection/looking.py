"""The figures of a period for somebody who may see them, and the entry of who saw which (D26.journal)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from qorgan.gate.clients.act import Act
from qorgan.gate.inspection.counting import Summary, summary
from qorgan.gate.inspection.period import Period
from qorgan.gate.journal.events import Event


def seen(period: Period, *, act: Act, caller: UUID | None = None) -> Summary:
    """The figures. `caller` is the program that looks, where it is not an employee."""
    found = summary(period)
    detail = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    with transaction.atomic():
        act.write(Event.INSPECTION_SEEN, None, detail=detail | ({"caller": str(caller)} if caller else {}))
    return found
