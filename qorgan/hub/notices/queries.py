"""A person's own notices, as PostgreSQL shows them: no longer those of documents that they may not see any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from qorgan.hub.members.access import Scope, enter
from qorgan.hub.notices.models import Notice
from qorgan.hub.notices.things import name_of_thing, path_of_thing, title_of
from qorgan.hub.notices.words import name_of, path_of, sentence

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGE: Final = 50
MOST_COUNTED: Final = 99


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as the page shows it."""

    id: int
    name: str
    title: str
    sentence: str
    path: str
    drill: bool
    at: datetime
    due_at: datetime | None
    unseen: bool
    is_late: bool


def notices(by: Scope, language: str, *, before: int | None = None) -> list[Shown]:
    """The newest, or those before one of them; one more than a page when there are more."""
    enter(by)
    found = _own(by).select_related("document", "application", "absence__deputy", "account").order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    return [_shown(one, language) for one in found[: PAGE + 1]]


def unseen(by: Scope) -> int:
    """How many were not seen yet, counted no further than the page says."""
    enter(by)
    return _own(by).filter(seen_at=None)[: MOST_COUNTED + 1].count()


def mark_seen(by: Scope, now: datetime, only: Iterable[int] | None = None) -> int:
    """Mark some as seen, or all. Gives how many."""
    enter(by)
    found = _own(by).filter(seen_at=None)
    if only is not None:
        found = found.filter(pk__in=list(only))
    return found.update(seen_at=now)


def _own(by: Scope) -> QuerySet[Notice]:
    """Theirs by the index; whose they may be is said by PostgreSQL."""
    return Notice.objects.filter(person_id=by.person_id or 0)


def _shown(notice: Notice, language: str) -> Shown:
    document = notice.document
    return Shown(
        id=notice.pk,
        name=name_of(document, language) if document else name_of_thing(notice),
        title=document.title if document else title_of(notice, language),
        sentence=sentence(notice.what),
        path=path_of(document) if document else path_of_thing(notice),
        drill=document.drill if document else False,
        at=notice.created_at,
        due_at=notice.due_at,
        unseen=notice.seen_at is None,
        is_late=notice.what in {"clock.ran-out", "clock.centre"},
    )
