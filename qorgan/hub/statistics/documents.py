"""A list of documents as a table: everything that the filters of the desk leave, not a page of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext

from qorgan.hub.casework import queries
from qorgan.hub.desk import words
from qorgan.hub.desk.inbox import author_name, names_of
from qorgan.hub.desk.listing import Filters, found
from qorgan.hub.statistics.tables import Column, Row, Table
from qorgan.hub.statistics.words import category_name, kind_name
from qorgan.law.severity import Severity

if TYPE_CHECKING:
    from qorgan.hub.members.access import Scope

MOST: Final = 20_000
"""Rows handed out at once."""


def documents_table(filters: Filters, by: Scope, now: datetime, language: str) -> Table:
    """Every document that meets the filters, the newest first."""
    rows = list(found(filters, by, now)[:MOST])
    names = names_of((row.author_id for row in rows), language)
    grades = list(Severity)
    lines = [
        Row(
            (
                row.number,
                kind_name(row.kind, language),
                row.title,
                author_name(row, by, names),
                words.life_state(row.state).words,
                category_name(row.category, language) if row.category else "",
                grades[row.severity].label(language) if row.severity is not None else "",
                row.tlp,
                gettext("Yes") if row.drill else "",
                row.found_at,
                row.submitted_at,
                row.received_at,
                row.closed_at,
                row.due_at,  # type: ignore[attr-defined]  # annotated by the query
            )
        )
        for row in rows
    ]
    heads = (
        (gettext("Number"), True),
        (gettext("Kind"), True),
        (gettext("Title"), True),
        (gettext("Whose"), True),
        (gettext("State"), True),
        (gettext("Category"), True),
        (gettext("Severity"), False),
        (gettext("TLP"), False),
        (gettext("Exercise"), False),
        (gettext("Found"), False),
        (gettext("Sent"), True),
        (gettext("Received"), False),
        (gettext("Closed"), False),
        (gettext("Due"), True),
    )
    columns = tuple(Column(one, is_number=False, on_paper=on_paper) for one, on_paper in heads)
    note = gettext("Only the newest %(count)s are in this list.") % {"count": MOST} if len(rows) == MOST else ""
    return Table("documents", gettext("Documents"), columns, lines, note)


def filters_said(filters: Filters, by: Scope, language: str) -> list[tuple[str, str]]:
    """The conditions in words."""
    yes = gettext("Yes")
    told = [
        (gettext("Kind"), kind_name(filters.kind, language) if filters.kind else ""),
        (gettext("State"), words.life_state(filters.state).words if filters.state else ""),
        (gettext("Category"), category_name(filters.category, language) if filters.category else ""),
        (gettext("Institution"), _author(filters.organisation, by, language) if filters.organisation else ""),
        (gettext("Number or words of the title"), filters.q),
        (gettext("only open"), yes if filters.open else ""),
        (gettext("only late"), yes if filters.late else ""),
        (gettext("only exercises"), yes if filters.drill else ""),
    ]
    said = [(label, value) for label, value in told if value]
    return said or [(gettext("Filters"), gettext("none"))]


def _author(organisation: UUID, by: Scope, language: str) -> str:
    """The institution that was asked for, where whoever asks sees any document of it."""
    if organisation not in queries.authors(by):
        return gettext("an institution that is not named")
    return names_of([organisation], language).get(organisation, "—")
