"""A book as a PDF of A4 pages lying on their side, with the fonts inside."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

from django.utils.formats import number_format
from django.utils.translation import gettext
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from qorgan.hub.statistics.sheets import Book, moment

if TYPE_CHECKING:
    from datetime import datetime

    from qorgan.hub.statistics.tables import Table, Value

MEDIA_TYPE: Final = "application/pdf"
ROWS: Final = 1_000
"""Of a table on paper: nobody leafs through more, and the other formats have them all."""
_FONT: Final = "DejaVu"
_MARGIN: Final = 15.0
_LABEL: Final = 50.0
_INK: Final = (24, 34, 43)
_QUIET: Final = (93, 106, 117)
_TINT: Final = (234, 238, 240)
_WIDE: Final = 3
"""How many times as wide as a number a column of words is."""


class Paper(FPDF):
    """The pages of one book, each with its title and number at the foot."""

    def __init__(self, book: Book) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._book = book
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            with as_file(files("qorgan.paper").joinpath("fonts", name)) as path:
                self.add_font(_FONT, style, path)
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN)
        self.set_title(book.title)

    def footer(self) -> None:
        """Title and page."""
        self.set_y(-12)
        self._write("", 7, _QUIET)
        self.cell(120, 4, self._book.title)
        self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")

    def write_book(self) -> bytes:
        """All of it, as the bytes of a file."""
        self.add_page()
        self._write("B", 15, _INK)
        self.multi_cell(0, 8, self._book.title, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)
        for label, value in self._book.said:
            self._write("", 8.5, _QUIET)
            self.cell(_LABEL, 5, label)
            self._write("", 9, _INK)
            self.multi_cell(0, 5, value, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        for table in self._book.tables:
            self._write_table(table)
        return bytes(self.output())

    def _write_table(self, table: Table) -> None:
        shown = [place for place, column in enumerate(table.columns) if column.on_paper]
        if self.will_page_break(35):
            self.add_page()
        self.ln(6)
        self._write("B", 10.5, _INK)
        self.multi_cell(0, 6, table.title, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._write("", 7.5, _INK)
        columns = [table.columns[place] for place in shown]
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=tuple(1 if column.is_number else _WIDE for column in columns),
            text_align=tuple("RIGHT" if column.is_number else "LEFT" for column in columns),
            headings_style=FontFace(emphasis="BOLD", fill_color=_TINT),
            line_height=4.2,
            padding=0.8,
        ) as drawn:
            drawn.row([column.words for column in columns])
            for row in table.rows[:ROWS]:
                drawn.row([_said(row.cells[place]) for place in shown])
            if table.total:
                bold = FontFace(emphasis="BOLD")
                drawn.row([_said(table.total[place]) for place in shown], style=bold)
        notes = [table.note]
        if len(table.rows) > ROWS:
            words = gettext("The first %(count)s of %(all)s lines. The other formats have them all.")
            notes.append(words % {"count": ROWS, "all": len(table.rows)})
        self._write("", 7, _QUIET)
        for note in filter(None, notes):
            self.multi_cell(0, 4.5, note, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _write(self, style: str, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font(_FONT, style, size)
        self.set_text_color(*colour)


def paper(book: Book) -> bytes:
    """The file."""
    return Paper(book).write_book()


def _said(value: Value | datetime) -> str:
    if value is None:
        return "—"
    if isinstance(value, float):
        return number_format(value, 1)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else moment(value)
