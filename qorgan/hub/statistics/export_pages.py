"""Handing out figures and lists of documents: whoever takes them is named in them and in the audit trail (R67.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from qorgan.hub.desk.listing import read_filters
from qorgan.hub.members import journal
from qorgan.hub.members.access import Reach
from qorgan.hub.members.journal import Act
from qorgan.hub.statistics import comma, paper, xlsx
from qorgan.hub.statistics.documents import documents_table, filters_said
from qorgan.hub.statistics.pages import counted, language, note_read, reader
from qorgan.hub.statistics.sheets import Book, moment
from qorgan.hub.statistics.tables import tables
from qorgan.kit.clock import now
from qorgan.law.calendar import local_date

if TYPE_CHECKING:
    from datetime import datetime

_WRITERS: Final[dict[str, tuple[str, Callable[[Book], bytes]]]] = {
    "xlsx": (xlsx.MEDIA_TYPE, xlsx.xlsx),
    "csv": (comma.MEDIA_TYPE, comma.comma),
    "pdf": (paper.MEDIA_TYPE, paper.paper),
}


@require_safe
def statistics(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002  # the word of the address
    """The figures of a period."""
    by = reader(request)
    at = now()
    asked, circle, found = counted(request, by, at)
    note_read(Act.STATISTICS_EXPORTED, by, at, asked, format=format)
    said = [(gettext("Period"), asked.period.label)]
    if asked.organisation is not None:
        said.append((gettext("Institution"), circle.name(asked.organisation)))
    elif circle.only is not None and by.reach is not Reach.CENTRE:
        said.append((gettext("Institution"), ", ".join(circle.name(one) for one in circle.only)))
    if asked.kind is not None:
        said.append((gettext("Kind of organisation"), asked.kind.label(language())))
    book = Book(
        f"statistics-{asked.period}",
        gettext("Statistics of incidents and documents"),
        [*said, *_made(request, at)],
        tables(found, asked, circle, language()),
    )
    return _handed(book, format)


@require_safe
def documents(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002  # the word of the address
    """The list of documents that the filters of the address leave, whole."""
    by = reader(request)
    at = now()
    filters = read_filters(request.GET)
    table = documents_table(filters, by, at, language())
    detail = {"format": format, "filters": filters.query(), "rows": len(table.rows)}
    journal.write(Act.DOCUMENTS_EXPORTED, by=by, now=at, organisation=filters.organisation, detail=detail)
    said = [*filters_said(filters, by, language()), *_made(request, at)]
    return _handed(Book(f"documents-{local_date(at)}", gettext("Documents"), said, [table]), format)


def _made(request: HttpRequest, at: datetime) -> list[tuple[str, str]]:
    who = getattr(request.user, "full_name", "")
    return [(gettext("Made at"), moment(at)), (gettext("Made by"), f"{who} <{getattr(request.user, 'email', '')}>")]


def _handed(book: Book, format: str) -> HttpResponse:  # noqa: A002  # as above
    media_type, write = _WRITERS[format]
    return HttpResponse(
        write(book),
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{book.name}.{format}"'},
    )
