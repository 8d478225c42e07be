"""The places of the portal, for those who may go there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.roles import Right

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Place:
    """An entry of the menu."""

    label: _StrPromise
    icon: str
    """Name of a symbol in the sprite."""
    url_name: str
    right: Right
    """Who lacks it does not see the entry; the page itself refuses too."""
    key: str
    """The key pressed after `g`, as a place on the keyboard, so that it is the same in every layout."""


PLACES: Final = (
    Place(_("Situation"), "situation", "statistics:situation", Right.DOCUMENTS_OVERSEE, "KeyI"),
    Place(_("My work"), "inbox", "desk:inbox", Right.DOCUMENTS_READ, "KeyW"),
    Place(_("Documents"), "documents", "desk:documents", Right.DOCUMENTS_READ, "KeyD"),
    Place(_("Packages"), "documents", "packages:list", Right.DOCUMENTS_OVERSEE, "KeyK"),
    Place(_("Notices"), "notices", "notices:list", Right.DOCUMENTS_READ, "KeyN"),
    Place(_("Live"), "live", "signals:live", Right.SIGNALS_READ, "KeyL"),
    Place(_("Search"), "search", "signals:search", Right.SIGNALS_READ, "KeyS"),
    Place(_("Statistics"), "statistics", "statistics:statistics", Right.DOCUMENTS_READ, "KeyT"),
    Place(_("Calendar"), "calendar", "statistics:calendar", Right.DOCUMENTS_READ, "KeyC"),
    Place(_("Members"), "members", "members:list", Right.MEMBERS_READ, "KeyM"),
    Place(_("Audit trail"), "journal", "members:journal", Right.JOURNAL_READ, "KeyA"),
)


@dataclass(frozen=True)
class Shown:
    """A place as the page shows it."""

    label: str
    icon: str
    url: str
    key: str
    current: bool


def places(request: HttpRequest) -> list[Shown]:
    """The entries this person may open, in order. Nobody signed in sees none."""
    scope = getattr(request, "hub_scope", None)
    rights = scope.rights if scope is not None else frozenset()
    shown = []
    for place in PLACES:
        if place.right not in rights:
            continue
        try:
            url = reverse(place.url_name)
        except NoReverseMatch:
            continue
        shown.append(Shown(str(place.label), place.icon, url, place.key, current=False))
    return _with_current(shown, request.path)


def _with_current(shown: list[Shown], path: str) -> list[Shown]:
    """The same, the entry marked that leads nearest to where the person is."""
    near = [one.url for one in shown if one.url != "/" and path.startswith(one.url)]
    nearest = max(near, key=len, default=None)
    return [replace(one, current=one.url == nearest) for one in shown]
