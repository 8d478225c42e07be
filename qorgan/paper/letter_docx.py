"""A letter as a DOCX, for an institution that prints on its own letterhead or signs in its own system."""

from __future__ import annotations

import io
from typing import Final

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from qorgan.paper.letter import Letter

_FONT: Final = "Times New Roman"
"""Every office has it, with Kazakh letters; DOCX carries no fonts."""
_LABEL, _VALUE = Mm(58), Mm(107)


def docx_of(letter: Letter) -> bytes:
    """The letter as a file."""
    paper = Document()
    _page(paper, letter)
    if letter.drill:
        _write(paper, letter.drill, bold=True, centre=True)
    name, *address = letter.head
    _write(paper, name, bold=True, centre=True, size=14)
    for line in address:
        _write(paper, line, centre=True, size=9)
    _write(paper, letter.number)
    for line in letter.addressee:
        _write(paper, line, indent=Mm(85))
    _write(paper, "")
    _write(paper, letter.title, bold=True, centre=True)
    for line in letter.opening:
        _write(paper, line)
    for section in letter.sections:
        _write(paper, section.heading, bold=True, next_to=True)
        table = paper.add_table(rows=0, cols=2)
        table.autofit = False
        for one in section.lines:
            cells = table.add_row().cells
            for cell, width in zip(cells, (_LABEL, _VALUE), strict=True):
                cell.width = width
            _fill(cells[0], (one.label,), size=10)
            _fill(cells[1], one.paragraphs, size=11)
    _write(paper, "")
    for line in letter.closing:
        _write(paper, line)
    _write(paper, "")
    _write(paper, f"{letter.position}\t__________________\t{letter.signatory}")
    _write(paper, letter.executor, size=9)
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()


def _page(paper: Paper, letter: Letter) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = (
        Mm(30),
        Mm(15),
        Mm(18),
        Mm(20),
    )
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    normal.paragraph_format.space_after = Pt(4)
    said = paper.core_properties
    said.title, said.language, said.author = letter.title, letter.language, letter.head[0]
    said.created = said.modified = letter.made_at.replace(tzinfo=None)
    section.footer.paragraphs[0].text = letter.number


def _write(
    paper: Paper,
    text: str,
    *,
    bold: bool = False,
    centre: bool = False,
    size: float = 12,
    indent: Mm | None = None,
    next_to: bool = False,
) -> None:
    paragraph = paper.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent is not None:
        paragraph.paragraph_format.left_indent = indent
    paragraph.paragraph_format.keep_with_next = next_to


def _fill(cell: object, paragraphs: tuple[str, ...], *, size: float) -> None:
    for number, text in enumerate(paragraphs):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()  # type: ignore[attr-defined]
        paragraph.add_run(text).font.size = Pt(size)
