"""Who does something to a client, whence, in which ceremony and why: what every entry about it has in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from qorgan.gate.clients.models import Client
from qorgan.gate.journal.entry import Entry, Whence
from qorgan.gate.journal.events import Event, Outcome
from qorgan.gate.journal.writing import write


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """The circumstances of an act."""

    now: datetime
    whence: Whence
    by: UUID | None = None
    """The employee who does it; None for the client's own doing."""
    reason: str = ""
    ceremony: UUID | None = None
    factors: tuple[str, ...] = ()
    rule: str = ""
    edition: str = ""

    def write(  # noqa: PLR0913 (each is a field of the entry)
        self,
        event: Event,
        client: Client | None,
        *,
        outcome: Outcome = "done",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        device: UUID | None = None,
        reason: str = "",
        population: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> int:
        """The journal's entry of this act, inside the caller's transaction. Gives its id."""
        return write(
            Entry(
                event=event,
                outcome=outcome,
                at=self.now,
                whence=self.whence,
                population=client.population if client else population,
                client=client.pk if client else None,
                by=self.by,
                ceremony=self.ceremony,
                device=device,
                factors=self.factors,
                rule=self.rule,
                edition=self.edition,
                reason=reason or self.reason,
                before=before,
                after=after,
                detail=detail or {},
            )
        )
