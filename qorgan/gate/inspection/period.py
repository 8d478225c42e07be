"""The days that an inspector asks about, in the country's zone, both included."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec
from django.utils.translation import gettext_lazy as _

from qorgan.gate.journal.search.asked import ZONE, Asked, day_of
from qorgan.kit.refusal import Refusal

FIELDS: Final = ("since", "until")
_USUAL: Final = timedelta(days=30)


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """From the first day to the last."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time(), ZONE)

    @property
    def until(self) -> datetime:
        """The first instant that is too late."""
        return datetime.combine(self.last + timedelta(days=1), time(), ZONE)


def period_of(asked: Asked, now: datetime) -> Period:
    """As an address says; the last thirty days where it says nothing. Raises Refusal."""
    last = day_of(asked, "until") or now.astimezone(ZONE).date()
    first = day_of(asked, "since") or last - _USUAL
    if first > last:
        raise Refusal("period-backwards", _("The first day is after the last."), status=400, field="since")
    return Period(first=first, last=last)
