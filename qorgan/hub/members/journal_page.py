"""The page of the audit trail (R67.4)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from qorgan.hub.members import journal
from qorgan.hub.members.access import require
from qorgan.hub.members.journal import Act
from qorgan.hub.members.names import organisation_names
from qorgan.hub.members.roles import Right
from qorgan.hub.members.shown import ACTS, entries_shown

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from qorgan.hub.members.access import Scope
    from qorgan.hub.members.models import JournalEntry

PAGE: Final = 100


@require_safe
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Who did or read what, newest first: all of it at the centre, at an institution what was about its data."""
    scope: Scope = request.hub_scope  # type: ignore[attr-defined]
    require(scope, Right.JOURNAL_READ)
    given = {name: request.GET.get(name, "").strip() for name in ("act", "organisation", "who", "until", "before")}
    names = organisation_names(translation.get_language() or "kk")
    found = list(_filtered(journal.entries(), given).order_by("-pk")[: PAGE + 1])
    entries = found[:PAGE]
    kept = {name: value for name, value in given.items() if value and name != "before"}
    older = urlencode(kept | {"before": entries[-1].pk}) if len(found) > PAGE else ""
    context: dict[str, Any] = {
        "entries": entries_shown(entries, scope, names),
        "acts": [(act.value, ACTS.get(act, act.value)) for act in Act],
        "names": names,
        "given": given,
        "older": older,
        "newest": urlencode(kept),
        "narrow": bool(kept),
    }
    return render(request, "members/journal.html", context)


def _filtered(entries: QuerySet[JournalEntry], given: dict[str, str]) -> QuerySet[JournalEntry]:
    """What is asked for; a value that says nothing is passed over."""
    if given["act"] in set(Act):
        entries = entries.filter(act=given["act"])
    if (organisation := _uuid(given["organisation"])) is not None:
        entries = entries.filter(organisation_id=organisation)
    if given["who"].isascii() and given["who"].isdigit():
        entries = entries.filter(person_id=int(given["who"][:15]))
    if (until := _moment(given["until"])) is not None:
        entries = entries.filter(at__lt=until)
    if given["before"].isascii() and given["before"].isdigit():
        entries = entries.filter(pk__lt=int(given["before"][:18]))
    return entries


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else timezone.make_aware(at)
    except (ValueError, OverflowError):
        return None
