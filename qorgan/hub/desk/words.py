"""What states, verbs and terms are called on pages. The law's own words come from its lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils import translation
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from qorgan.hub.casework.deadlines import DAY_BEGINS, DAY_ENDS
from qorgan.law.documents import DocumentType

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_DAY: Final = timedelta(hours=DAY_ENDS - DAY_BEGINS)
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_SOON: Final = timedelta(hours=4)
"""Working time left from which a term is marked."""


@dataclass(frozen=True, slots=True)
class State:
    """A state by shape and word."""

    kind: str
    """good, warn, bad or idle."""
    words: str


@dataclass(frozen=True, slots=True)
class Left:
    """How much time a term leaves, in working time."""

    kind: str
    words: str
    is_over: bool


_PREPARATION: Final[dict[str, tuple[str, _StrPromise]]] = {
    "open": ("idle", gettext_lazy("draft")),
    "proposed": ("warn", gettext_lazy("put before the head")),
    "agreed": ("good", gettext_lazy("agreed by the head")),
}
_LIFE: Final[dict[str, tuple[str, _StrPromise]]] = {
    "new": ("idle", gettext_lazy("not sent yet")),
    "sent": ("warn", pgettext_lazy("document", "sent")),
    "received": ("warn", pgettext_lazy("document", "received")),
    "returned": ("bad", gettext_lazy("returned to be mended")),
    "accepted": ("good", pgettext_lazy("document", "accepted")),
    "closed": ("good", pgettext_lazy("document", "closed")),
    "discarded": ("idle", gettext_lazy("discarded")),
    "published": ("good", gettext_lazy("published")),
    "withdrawn": ("idle", gettext_lazy("withdrawn")),
    "recorded": ("warn", gettext_lazy("taken down")),
    "joined": ("good", gettext_lazy("joined with a card")),
    "dismissed": ("idle", gettext_lazy("dismissed")),
}
_RECEPTION: Final[dict[str, tuple[str, _StrPromise]]] = {
    "received": ("warn", gettext_lazy("not decided on yet")),
    "accepting": ("warn", gettext_lazy("to be accepted, awaits the head")),
    "declining": ("warn", gettext_lazy("to be declined, awaits the head")),
    "accepted": ("good", gettext_lazy("recommendations accepted")),
    "declined": ("bad", pgettext_lazy("addressee", "declined")),
    "processed": ("good", gettext_lazy("processed")),
    "in-work": ("warn", gettext_lazy("taken into work")),
    "work-done": ("warn", gettext_lazy("work finished, to be answered")),
    "answered": ("good", gettext_lazy("answered")),
}
_DO: Final[dict[str, _StrPromise]] = {
    "edit": gettext_lazy("Go on writing"),
    "propose": gettext_lazy("Put before the head"),
    "agree": gettext_lazy("Agree"),
    "decline": gettext_lazy("Send back with a reason"),
    "submit": gettext_lazy("Send"),
    "discard": gettext_lazy("Discard"),
    "receive": gettext_lazy("Receive"),
    "return": gettext_lazy("Return to be mended"),
    "accept": gettext_lazy("Accept"),
    "close": gettext_lazy("Close"),
    "withdraw": gettext_lazy("Withdraw"),
    "join": gettext_lazy("Join with a card"),
    "dismiss": gettext_lazy("Dismiss"),
    "send-back": gettext_lazy("Send back with a reason"),
    "process": gettext_lazy("Mark as processed"),
    "take-up": gettext_lazy("Take into work"),
    "decline-inquiry": pgettext_lazy("inquiry", "Decline"),
    "finish": gettext_lazy("Work is finished"),
    "answer": gettext_lazy("Write the answer"),
}
_DONE: Final[dict[str, _StrPromise]] = {
    "create": gettext_lazy("begun"),
    "void": gettext_lazy("changed, so the agreement is void"),
    "propose": gettext_lazy("put before the head"),
    "agree": gettext_lazy("agreed"),
    "decline": gettext_lazy("sent back by the head"),
    "submit": pgettext_lazy("document", "sent"),
    "discard": gettext_lazy("discarded"),
    "receive": pgettext_lazy("document", "received"),
    "return": gettext_lazy("returned to be mended"),
    "accept": pgettext_lazy("document", "accepted"),
    "close": pgettext_lazy("document", "closed"),
    "withdraw": gettext_lazy("withdrawn"),
    "join": gettext_lazy("joined with a card"),
    "dismiss": gettext_lazy("dismissed"),
    "send-back": gettext_lazy("sent back by the head"),
    "process": gettext_lazy("processed"),
    "take-up": gettext_lazy("taken into work"),
    "decline-inquiry": pgettext_lazy("inquiry", "declined"),
    "finish": gettext_lazy("work finished"),
    "answer": gettext_lazy("answered"),
    "bring": gettext_lazy("brought to an institution that was connected later"),
}
_ON_RECEPTION: Final[dict[str, _StrPromise]] = {
    "accept": gettext_lazy("decided to accept"),
    "decline": gettext_lazy("decided to decline"),
    "agree": gettext_lazy("decision agreed by the head"),
}


def kind_name(code: str) -> str:
    """What a kind of document is called, as a heading begins."""
    name = DocumentType(code).label(_language())
    return name[:1].upper() + name[1:]


def preparation_state(state: str) -> State:
    """Of a draft."""
    return _state(_PREPARATION, state)


def life_state(state: str) -> State:
    """Of a document."""
    return _state(_LIFE, state)


def reception_state(state: str) -> State:
    """Of an addressee's part."""
    return _state(_RECEPTION, state)


def to_do(verb: str) -> str:
    """A verb as a button says it."""
    return str(_DO.get(verb, verb))


def done(verb: str, *, reception: bool = False) -> str:
    """A verb as the history says it."""
    if reception and verb in _ON_RECEPTION:
        return str(_ON_RECEPTION[verb])
    return str(_DONE.get(verb, verb))


def left(time: timedelta) -> Left:
    """Working time left until a term runs out, or gone since it has."""
    if time < timedelta():
        return Left("bad", gettext("overdue by %(time)s") % {"time": _spelt(-time)}, is_over=True)
    words = gettext("%(time)s left") % {"time": _spelt(time)}
    return Left("warn" if time <= _SOON else "good", words, is_over=False)


def kept() -> State:
    """Of a term that was kept."""
    return State("good", gettext("done in time"))


def late_by(time: timedelta) -> State:
    """Of a term that was not kept, by how much working time."""
    return State("bad", gettext("late by %(time)s") % {"time": _spelt(time)})


def after(time: timedelta) -> str:
    """How long after the time before something was: time of the clock, not of work."""
    if time < _MINUTE:
        return gettext("within a minute")
    whole = timedelta(hours=24)
    if time >= whole:
        told = _pair("day", time // whole, "hour", time % whole // _HOUR)
    elif time >= _HOUR:
        told = _pair("hour", time // _HOUR, "minute", time % _HOUR // _MINUTE)
    else:
        told = _count("minute", time // _MINUTE)
    return gettext("after %(time)s") % {"time": told}


def _spelt(time: timedelta) -> str:
    if time >= _DAY:
        return _pair("working-day", time // _DAY, "hour", time % _DAY // _HOUR)
    if time >= _HOUR:
        return _pair("hour", time // _HOUR, "minute", time % _HOUR // _MINUTE)
    return _count("minute", max(1, time // _MINUTE))


def _pair(large: str, many: int, small: str, few: int) -> str:
    return f"{_count(large, many)} {_count(small, few)}" if few else _count(large, many)


def _count(unit: str, number: int) -> str:
    sentences = {
        "working-day": ngettext("%(count)s working day", "%(count)s working days", number),
        "day": ngettext("%(count)s day", "%(count)s days", number),
        "hour": ngettext("%(count)s h", "%(count)s h", number),
        "minute": ngettext("%(count)s min", "%(count)s min", number),
    }
    return sentences[unit] % {"count": number}


def _state(table: dict[str, tuple[str, _StrPromise]], state: str) -> State:
    kind, words = table.get(state, ("idle", state))
    return State(kind, str(words))


def _language() -> str:
    return translation.get_language() or "kk"
