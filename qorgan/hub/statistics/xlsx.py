"""A book as an Excel workbook: a sheet for what it is about, one for each table. No cell is a formula."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from qorgan.hub.statistics.sheets import Book, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from qorgan.hub.statistics.tables import Table, Value

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORBIDDEN: Final = re.compile(r"[\\/*?:\[\]]")
_LONGEST: Final = 31
"""Characters of a sheet's name."""
_BOLD: Final = Font(bold=True)
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")


def xlsx(book: Book) -> bytes:
    """The file."""
    workbook = Workbook(write_only=True)
    workbook.properties.title = book.title
    about = workbook.create_sheet(_name(book.title, ()))
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 28, 80
    _append(about, [book.title], bold=True)
    for label, value in book.said:
        _append(about, [label, value])
    taken = [about.title]
    for table in book.tables:
        sheet = workbook.create_sheet(_name(table.title, taken))
        taken.append(sheet.title)
        _fill(sheet, table)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _fill(sheet: WriteOnlyWorksheet, table: Table) -> None:
    sheet.freeze_panes = "A2"
    for place, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = 16 if column.is_number else 44
    _append(sheet, [column.words for column in table.columns], bold=True)
    for row in table.rows:
        _append(sheet, row.cells)
    if table.total:
        _append(sheet, table.total, bold=True)
    if table.note:
        _append(sheet, [])
        _append(sheet, [table.note])


def _append(sheet: WriteOnlyWorksheet, values: Iterable[Value], *, bold: bool = False) -> None:
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value=plain(value))
        if isinstance(cell.value, str):
            # Whatever a text begins with, it is a text.
            cell.data_type, cell.alignment = "s", _WRAPPED
        if bold:
            cell.font = _BOLD
        if isinstance(value, float):
            cell.number_format = "0.00"
        cells.append(cell)
    sheet.append(cells)


def _name(title: str, taken: Iterable[str]) -> str:
    """A name that Excel takes: short, without its own signs, used once."""
    short = _FORBIDDEN.sub(" ", title)[:_LONGEST]
    used = {one.lower() for one in taken}
    number = 2
    while short.lower() in used:
        short = f"{short[: _LONGEST - 3]} {number}"
        number += 1
    return short
