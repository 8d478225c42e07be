"""A sheet as a PDF of A4 pages, with the fonts inside: Kazakh and Russian letters are the same on every machine."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from qorgan.paper.sheet import Line, Section, Sheet

_FONT: Final = "DejaVu"
_MARGIN: Final = 20.0
_LABEL: Final = 52.0
"""Millimetres of the column of labels."""
_GAP: Final = 4.0
_INK: Final = (26, 32, 44)
_QUIET: Final = (94, 106, 125)
_RULE: Final = (203, 210, 221)
_MARK: Final = (176, 42, 55)


class Paper(FPDF):
    """The pages of one sheet, with number and page at the foot of each."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(format="A4")
        self._sheet = sheet
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            with as_file(files(__package__).joinpath("fonts", name)) as path:
                self.add_font(_FONT, style, path)
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN)
        self.set_title(sheet.title)
        self.set_lang(sheet.language)
        # The same version always makes the same bytes.
        self.set_creation_date(sheet.sent_at)

    def header(self) -> None:
        """A drill says so on every page."""
        if self._sheet.drill:
            self._write("B", 10, _MARK)
            self.cell(0, 6, self._sheet.drill, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def footer(self) -> None:
        """Name, digest and page."""
        self.set_y(-15)
        self._write("", 6.5, _QUIET)
        self.cell(0, 4, f"{self._sheet.title}  ·  {self._sheet.digest}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")

    def write_sheet(self) -> bytes:
        """All of it, as the bytes of a file."""
        self.add_page()
        self._write("B", 15, _INK)
        self.multi_cell(0, 8, self._sheet.title, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)
        self._write_lines(self._sheet.head)
        for section in (*self._sheet.sections, self._sheet.proof):
            self._write_section(section)
        return bytes(self.output())

    def _write_section(self, section: Section) -> None:
        # A heading is not left alone at the foot of a page.
        if self.will_page_break(24):
            self.add_page()
        self.ln(_GAP)
        self.set_draw_color(*_RULE)
        self.line(_MARGIN, self.get_y(), self.w - _MARGIN, self.get_y())
        self.ln(2)
        if section.heading:
            self._write("B", 10.5, _INK)
            self.multi_cell(0, 6, section.heading, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(1)
        self._write_lines(section.lines)

    def _write_lines(self, lines: tuple[Line, ...]) -> None:
        for line in lines:
            top, page = self.get_y(), self.page
            self._write("", 8.5, _QUIET)
            self.multi_cell(_LABEL - 3, 4.6, line.label, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            bottom = self.get_y() if self.page == page else top
            self.set_y(top if self.page == page else self.t_margin)
            self._write("", 9, _INK)
            for paragraph in line.paragraphs:
                self.set_x(_MARGIN + _LABEL)
                self.multi_cell(0, 4.8, paragraph, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            if self.page == page:
                self.set_y(max(bottom, self.get_y()))
            self.ln(1.2)

    def _write(self, style: str, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font(_FONT, style, size)
        self.set_text_color(*colour)


def pdf_of(sheet: Sheet) -> bytes:
    """The sheet as a file."""
    return Paper(sheet).write_sheet()
