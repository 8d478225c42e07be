"""What an address says of a search, read into what is looked for: the same for a page and for a program."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, cast, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from qorgan.gate.journal.events import Event, Outcome
from qorgan.gate.journal.search.query import Query
from qorgan.kit.refusal import Refusal, Sentence
from qorgan.law.calendar import ZONE_NAME

Asked = Mapping[str, Sequence[str]]
"""The words under each name. An empty one counts as none."""

FIELDS: Final = ("since", "until", "client", "device", "ceremony", "actor", "address", "event", "outcome")
"""What may be looked for; `event` more than once, for any of them."""
ZONE: Final = ZoneInfo(ZONE_NAME)
"""In which a day begins."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")
_FIRST, _LAST = date(1970, 1, 1), date(9000, 1, 1)
"""Nothing was written before, and no calendar ends between: a day more or less of these is a day."""


def query_of(asked: Asked) -> Query:
    """What is looked for. `until` is the last day, or the first instant that is too late.

    Raises Refusal with the name of what to mend.
    """
    return Query(
        since=_begins(asked, "since"),
        until=_begins(asked, "until", later=1),
        client=_identifier(asked, "client"),
        device=_identifier(asked, "device"),
        ceremony=_identifier(asked, "ceremony"),
        actor=_identifier(asked, "actor"),
        address=word(asked, "address"),
        events=_events(asked),
        outcome=_outcome(asked),
    )


def told(asked: Asked) -> dict[str, str | list[str]]:
    """What was looked for, as the journal keeps it."""
    found = {name: _words(asked, name) for name in FIELDS}
    return {name: words if len(words) > 1 else words[0] for name, words in found.items() if words}


def day_of(asked: Asked, name: str) -> date | None:
    """A day, as 2026-11-22. Raises Refusal."""
    said = word(asked, name)
    return _day(said, name, _("Write a day as 2026-11-22.")) if said else None


def word(asked: Asked, name: str) -> str:
    """The one word of this name; empty when there is none. Raises Refusal for more than one."""
    words = _words(asked, name)
    if len(words) > 1:
        raise _malformed("said-twice", _("Say this once."), name)
    return words[0] if words else ""


def _words(asked: Asked, name: str) -> list[str]:
    return [said for one in asked.get(name, ()) if (said := one.strip())]


def _begins(asked: Asked, name: str, *, later: int = 0) -> datetime | None:
    """An instant, or the beginning of a day, or of a later one."""
    said = word(asked, name)
    if not said:
        return None
    words = _("Write a day as 2026-11-22, or an instant as 2026-11-22T09:30:00Z.")
    if not _INSTANT.fullmatch(said):
        return datetime.combine(_day(said, name, words) + timedelta(days=later), time(), ZONE)
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise _malformed("day-malformed", words, name) from None
    if not _FIRST < at.date() < _LAST:
        raise _malformed("day-malformed", words, name)
    return at


def _day(said: str, name: str, words: Sentence) -> date:
    try:
        found = date.fromisoformat(said) if _DAY.fullmatch(said) else None
    except ValueError:
        found = None
    if found is None or not _FIRST < found < _LAST:
        raise _malformed("day-malformed", words, name)
    return found


def _identifier(asked: Asked, name: str) -> UUID | None:
    said = word(asked, name)
    try:
        return UUID(said) if said else None
    except ValueError:
        raise _malformed("identifier-malformed", _("This is no identifier. Copy it from another page."), name) from None


def _events(asked: Asked) -> tuple[Event, ...]:
    try:
        return tuple(dict.fromkeys(Event(said) for said in _words(asked, "event")))
    except ValueError:
        raise _malformed("event-unknown", _("There is no such event in the journal."), "event") from None


def _outcome(asked: Asked) -> Outcome | None:
    said = word(asked, "outcome")
    if said and said not in get_args(Outcome):
        raise _malformed("outcome-unknown", _("Say done, failed or refused."), "outcome")
    return cast("Outcome", said) if said else None


def _malformed(code: str, words: Sentence, name: str) -> Refusal:
    return Refusal(code, words, status=400, field=name)
