"""The pages of the situation, the statistics and the calendar: who sees what, and that numbers lead to rows."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_situation_is_shown_to_the_centre(sector: Any) -> None:
    sector.seed(120)
    page = sector.client("centre-analyst").get("/situation/")
    assert page.status_code == 200, page.content.decode()
    assert sector.client("responsible-employee", sector.institutions[0]).get("/situation/").status_code == 403


@pytest.mark.parametrize(
    "path", ["/statistics/", "/statistics/?period=2026", "/statistics/incidents/?period=2026", "/calendar/"]
)
def test_pages_answer(sector: Any, path: str) -> None:
    sector.seed(120)
    for who in ((sector.client("centre-head")), sector.client("head-of-security", sector.institutions[0])):
        page = who.get(path)
        assert page.status_code == 200, page.content.decode()


@pytest.mark.parametrize("name", ["statistics", "documents"])
@pytest.mark.parametrize("format_", ["xlsx", "csv", "pdf"])
def test_exports_answer(sector: Any, name: str, format_: str) -> None:
    sector.seed(60)
    answer = sector.client("centre-analyst").get(f"/{name}/export.{format_}")
    assert answer.status_code == 200, answer.content.decode()
