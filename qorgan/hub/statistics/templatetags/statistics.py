"""`{% load statistics %}`: cells of tables, as the page writes them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django import template
from django.utils.formats import number_format

from qorgan.hub.statistics.sheets import moment

if TYPE_CHECKING:
    from qorgan.hub.statistics.tables import Column, Row, Table, Value

register = template.Library()


@register.filter
def cells(row: Row, table: Table) -> list[tuple[Value, Column, bool]]:
    """The cells of a row, each with its column, and whether its number speaks of something late."""
    return [
        (value, column, place in row.marked)
        for place, (value, column) in enumerate(zip(row.cells, table.columns, strict=True))
    ]


@register.filter
def figure(value: Value) -> str:
    """A number as people read it: hours to the tenth, nought as a dot that does not catch the eye."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, float):
        return number_format(value, 1)
    if isinstance(value, str):
        return value
    return number_format(value, force_grouping=True) if value else "·"
