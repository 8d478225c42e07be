"""Figures and lists as files: whole, marked with what they are of and who took them, and without a formula in them."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pypdfium2
import pytest

FORMULA = '=HYPERLINK("https://evil.example";"open")'


def sheets(answer: Any) -> dict[str, list[list[Any]]]:
    """The workbook's cells by sheet."""
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def text_of(answer: Any) -> str:
    """The words of a PDF."""
    paper = pypdfium2.PdfDocument(answer.content)
    try:
        return " ".join(page.get_textpage().get_text_range() for page in paper)
    finally:
        paper.close()


@pytest.mark.parametrize("period", ["2026", "2026-11"])
def test_a_workbook_holds_the_figures_of_the_page(sector: Any, period: str) -> None:
    sector.seed(120)
    client = sector.client("centre-analyst")
    answer = client.get(f"/statistics/export.xlsx?period={period}")
    assert answer.headers["content-disposition"] == f'attachment; filename="statistics-{period}.xlsx"'
    found = sheets(answer)
    about = {row[0]: row[1] for row in next(iter(found.values())) if len(row) > 1}
    assert about["Made by"].startswith("Person ")
    assert about["Made at"].endswith("UTC+05:00")
    assert "Period" in about
    table = found["Incidents by category"]
    page = client.get(f"/statistics/?period={period}").content.decode()
    total = next(row[1] for row in table if row[0] == "All")
    assert f"<h2>{total} incidents</h2>" in page
    assert sum(row[1] for row in table[1:] if isinstance(row[1], int)) == 2 * total


def test_the_list_of_documents_is_handed_out_whole_in_each_format(sector: Any) -> None:
    sector.seed(130)
    client = sector.client("centre-analyst")
    cards = sector.hub.rows("SELECT number FROM document WHERE kind = 'incident-card'")
    assert len(cards) > 50
    query = "kind=incident-card"
    numbers = {row[0] for row in cards}
    table = sheets(client.get(f"/documents/export.xlsx?{query}"))
    assert {row[0] for row in list(table.values())[1][1:]} == numbers
    raw = client.get(f"/documents/export.csv?{query}").content
    assert raw.startswith(b"\xef\xbb\xbf# Documents\r\n")
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    said = {line[0]: line[1] for line in lines if line[0].startswith("# ") and len(line) > 1}
    assert said["# Kind"] == "Incident card"
    assert said["# Made by"].startswith("Person ")
    assert {line[0] for line in lines} >= numbers
    assert len(lines) == len(said) + 1 + 1 + len(numbers)
    paper = text_of(client.get(f"/documents/export.pdf?{query}"))
    assert "Made by" in paper
    assert sum(number[:9] in paper for number in numbers) == len(numbers)


def test_no_cell_is_a_formula(sector: Any) -> None:
    sector.seed(20)
    for start in ("=", "+", "-", "@", "\t="):
        sector.hub.tamper("UPDATE document SET title = %s", start + FORMULA[1:] + "\x07")
        client = sector.client("centre-analyst")
        book = openpyxl.load_workbook(io.BytesIO(client.get("/documents/export.xlsx").content))
        kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds
        titles = [row[2] for row in sheets(client.get("/documents/export.xlsx"))["Documents 2"][1:]]
        assert all(title.startswith(f"'{start}") for title in titles)
        lines = list(csv.reader(io.StringIO(client.get("/documents/export.csv").content.decode("utf-8-sig"))))
        assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "@", "\t"))]


@pytest.mark.parametrize(
    ("language", "words"), [("kk", "Санаттар бойынша оқыс оқиғалар"), ("ru", "Инциденты по категориям")]
)
def test_the_paper_speaks_kazakh_and_russian(sector: Any, language: str, words: str) -> None:
    sector.seed(80)
    answer = sector.client("centre-head", language=language).get("/statistics/export.pdf?period=2026")
    assert words in text_of(answer).replace("\r\n", " ")


def test_an_institutions_list_holds_what_its_people_see(sector: Any) -> None:
    sector.seed(100)
    own = sector.institutions[0]
    client = sector.client("responsible-employee", own)
    table = list(sheets(client.get("/documents/export.xlsx")).values())[1]
    seen = sector.hub.rows(
        "SELECT number FROM document WHERE author_id = %s OR id IN "
        "(SELECT document_id FROM document_reception WHERE organisation_id = %s)",
        own,
        own,
    )
    assert {row[0] for row in table[1:]} == {row[0] for row in seen}
