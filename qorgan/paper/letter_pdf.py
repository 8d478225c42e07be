"""A letter as a PDF of A4 pages, with the fonts inside."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from qorgan.paper.letter import Letter
from qorgan.paper.sheet import Line

_FONT: Final = "DejaVu"
_LEFT, _RIGHT, _TOP = 30.0, 15.0, 18.0
"""Margins that leave room for filing."""
_LABEL: Final = 58.0
_INK: Final = (20, 24, 32)
_QUIET: Final = (90, 98, 112)
_MARK: Final = (176, 42, 55)


class Paper(FPDF):
    """The pages of one letter."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(format="A4")
        self._letter = letter
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            with as_file(files(__package__).joinpath("fonts", name)) as path:
                self.add_font(_FONT, style, path)
        self.set_margins(_LEFT, _TOP, _RIGHT)
        self.set_auto_page_break(auto=True, margin=22)
        self.set_title(f"{letter.title} {letter.number}")
        self.set_lang(letter.language)
        self.set_creation_date(letter.made_at)

    def header(self) -> None:
        """A drill says so on every page."""
        if self._letter.drill:
            self._ink("B", 10, _MARK)
            self.cell(0, 6, self._letter.drill, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def footer(self) -> None:
        """Number of the letter, and page."""
        self.set_y(-15)
        self._ink("", 7, _QUIET)
        self.cell(0, 4, self._letter.number, new_x=XPos.LMARGIN, new_y=YPos.TOP)
        self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")

    def write_letter(self) -> bytes:
        """All of it, as the bytes of a file."""
        letter = self._letter
        self.add_page()
        self._head()
        self._addressee()
        self._ink("B", 11, _INK)
        self._paragraph(letter.title, after=3, align="C")
        self._ink("", 10, _INK)
        for text in letter.opening:
            self._paragraph(text, after=2)
        for section in letter.sections:
            self._section(section.heading, section.lines)
        self.ln(3)
        self._ink("", 10, _INK)
        for text in letter.closing:
            self._paragraph(text, after=2)
        self._signature()
        return bytes(self.output())

    def _head(self) -> None:
        name, *address = self._letter.head
        self._ink("B", 12, _INK)
        self._paragraph(name, after=1, align="C")
        self._ink("", 8.5, _QUIET)
        for line in address:
            self._paragraph(line, after=0, align="C")
        self.ln(2)
        self.set_draw_color(*_INK)
        self.line(_LEFT, self.get_y(), self.w - _RIGHT, self.get_y())
        self.ln(4)

    def _addressee(self) -> None:
        top = self.get_y()
        self._ink("", 9.5, _INK)
        self.multi_cell(70, 5, self._letter.number, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        left = self.get_y()
        self.set_y(top)
        for line in self._letter.addressee:
            self.set_x(_LEFT + 80)
            self.multi_cell(0, 5, line, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(max(left, self.get_y()) + 8)

    def _section(self, heading: str, lines: tuple[Line, ...]) -> None:
        # A heading is not left alone at the foot of a page.
        if self.will_page_break(22):
            self.add_page()
        self.ln(2.5)
        self._ink("B", 9.5, _INK)
        self._paragraph(heading, after=1)
        for line in lines:
            self._line(line)

    def _line(self, line: Line) -> None:
        if self.will_page_break(10):
            self.add_page()
        top, page = self.get_y(), self.page
        self._ink("", 8.5, _QUIET)
        self.multi_cell(_LABEL - 3, 4.5, line.label, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        bottom = self.get_y() if self.page == page else top
        self.set_y(top if self.page == page else self.t_margin)
        page = self.page
        self._ink("", 9, _INK)
        for paragraph in line.paragraphs:
            self.set_x(_LEFT + _LABEL)
            self.multi_cell(0, 4.7, paragraph, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if self.page == page:
            self.set_y(max(bottom, self.get_y()))
        self.ln(1)

    def _signature(self) -> None:
        if self.will_page_break(34):
            self.add_page()
        self.ln(8)
        top = self.get_y()
        self._ink("", 10, _INK)
        self.multi_cell(70, 5, self._letter.position, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        bottom = self.get_y()
        self.set_xy(_LEFT + 75, top)
        self.cell(40, 5, "_" * 18)
        self.cell(0, 5, self._letter.signatory, align="R")
        self.set_y(bottom + 8)
        self._ink("", 8, _QUIET)
        self._paragraph(self._letter.executor, after=0)

    def _paragraph(self, text: str, *, after: float, align: str = "L") -> None:
        self.multi_cell(0, 5.2, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(after)

    def _ink(self, style: str, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font(_FONT, style, size)
        self.set_text_color(*colour)


def pdf_of(letter: Letter) -> bytes:
    """The letter as a file."""
    return Paper(letter).write_letter()
