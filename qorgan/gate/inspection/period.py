"""The days that an inspector asks about, in the country's zone, both included."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from qorgan.kit.refusal import Refusal
from qorgan.law.calendar import ZONE_NAME

_ZONE: Final = ZoneInfo(ZONE_NAME)
_USUAL: Final = timedelta(days=30)


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """From the first day to the last."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time(), _ZONE)

    @property
    def until(self) -> datetime:
        """The first instant that is too late."""
        return datetime.combine(self.last + timedelta(days=1), time(), _ZONE)


def period_of(request: HttpRequest, now: datetime) -> Period:
    """As the address says; the last thirty days where it says nothing. Raises Refusal."""
    today = now.astimezone(_ZONE).date()
    last = _day(request, "until") or today
    first = _day(request, "since") or last - _USUAL
    if first > last:
        raise Refusal("period-backwards", _("The first day is after the last."), status=400, field="since")
    return Period(first=first, last=last)


def _day(request: HttpRequest, name: str) -> date | None:
    said = request.GET.get(name, "").strip()
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Refusal("day-malformed", _("Write a day as 2026-11-22."), status=400, field=name) from None
