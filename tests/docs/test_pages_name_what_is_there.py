"""Words in bold on the pages for institutions' people are words of the portal, in the language of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import messages

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "docs/operate/employee.md": "en",
    "docs/operate/head.md": "en",
    "docs/operate/integrators.md": "en",
    "docs/kk/institution.md": "kk",
    "docs/ru/institution.md": "ru",
}


def words_of(language: str) -> set[str]:
    """Every message in a language; the sources are English."""
    catalogue = messages.read(
        ROOT / f"qorgan/hub/portal/locale/{'ru' if language == 'en' else language}/LC_MESSAGES/django.po"
    )
    return {str(one.id if language == "en" else one.string) for one in catalogue}


@pytest.mark.parametrize(("page", "language"), PAGES.items())
def test_bold_words_are_the_portals_own(page: str, language: str) -> None:
    named = {" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", (ROOT / page).read_text(), re.DOTALL)}
    assert len(named) > 3
    assert named - words_of(language) == set()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_translated_page_names_the_clauses_of_both_english_ones(language: str) -> None:
    english = "".join((ROOT / page).read_text() for page, written in PAGES.items() if written == "en")
    translated = (ROOT / f"docs/{language}/institution.md").read_text()
    terms = {"R67.13", "R67.14", "R67.15", "R48.15", "R48I.3", "R67.4", "R48I.3-fallback"}
    assert terms <= set(re.findall(r"R\d+I?\.\d+(?:-fallback)?", english))
    assert terms <= set(re.findall(r"R\d+I?\.\d+(?:-fallback)?", translated))


def test_the_officers_words_on_the_hubs_page_are_the_portals_in_three_languages() -> None:
    section = (ROOT / "docs/operate/hub.md").read_text().split("## When ASOI was away")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (?!---|the page)(.+?) \| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    assert len(rows) > 8
    for words in rows:
        for language, said in zip(("en", "kk", "ru"), words, strict=True):
            assert said in words_of(language), said
