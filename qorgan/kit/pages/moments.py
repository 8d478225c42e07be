"""Moments in words: how long ago, and exactly, always with the zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext

_NOW: Final = timedelta(seconds=5)
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(weeks=1)


def ago(since: timedelta) -> str | None:
    """How long ago; None after a week or in the future, when the date says more. `web/src/parts/times.js` agrees."""
    if since < -_MINUTE or since >= _WEEK:
        return None
    if since < _NOW:
        return gettext("just now")
    if since < _MINUTE:
        return gettext("%(count)s s ago") % {"count": since // timedelta(seconds=1)}
    if since < _HOUR:
        return gettext("%(count)s min ago") % {"count": since // _MINUTE}
    if since < _DAY:
        return gettext("%(count)s h ago") % {"count": since // _HOUR}
    return gettext("%(count)s d ago") % {"count": since // _DAY}


def exact(at: datetime) -> str:
    """`2026-11-22 14:03:07.120 UTC+05:00`, in the portal's zone."""
    local = timezone.localtime(at)
    fraction = f".{local.microsecond // 1000:03}" if local.microsecond else ""
    offset = local.isoformat()[-6:]
    return f"{local:%Y-%m-%d %H:%M:%S}{fraction} UTC{offset}"
