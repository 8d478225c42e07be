"""The situation and the statistics as pages: who sees what, what numbers lead to, how much the database is asked."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

ROW = re.compile(r"<tr data-row>")


def statements(client: Any, path: str) -> int:
    """How many statements a page needs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_the_situation_is_the_centres_alone_and_where_its_people_begin(sector: Any) -> None:
    for role, status in (("centre-analyst", 200), ("centre-head", 200), ("auditor", 403)):
        assert sector.client(role).get("/situation/").status_code == status, role
    assert sector.client("responsible-employee", sector.institutions[0]).get("/situation/").status_code == 403
    assert sector.client("centre-analyst").get("/").headers["location"] == "/situation/"
    assert sector.client("head-of-security", sector.institutions[0]).get("/").headers["location"] != "/situation/"


@pytest.mark.clause("R67.12")
def test_every_number_above_leads_to_as_many_rows(sector: Any) -> None:
    """But training: a list shows it, marked, and no number counts it, so that here there is none."""
    sector.seed(150)
    sector.hub.tamper("UPDATE document SET drill = false")
    client = sector.client("centre-analyst")
    page = client.get("/situation/").content.decode()
    figures = re.search(r'<ul class="t-figures".*?</ul>', page, re.DOTALL)
    assert figures
    found = re.findall(r'<a href="([^"]+)"><span>([^<]+)</span><b>(\d+)</b>', figures[0])
    assert len(found) == 6
    for address, words, number in found:
        if address.startswith("#") or words == "Terms overdue":
            # A document may have several terms: these are counted by the list of who is late.
            continue
        assert rows_behind(client, unescape(address)) == int(number), words
    cells = re.findall(r'<td class="is-number t-weight-\d"><a href="([^"]+)">(\d+)</a>', page)
    assert cells
    for address, number in cells[::5]:
        assert rows_behind(client, unescape(address)) == int(number), address


def rows_behind(client: Any, address: str) -> int:
    """All rows of a list, over its pages."""
    many, number = 0, 1
    while True:
        shown = len(ROW.findall(client.get(f"{address}&page={number}").content.decode()))
        many += shown
        if shown < 50:
            return many
        number += 1


def test_training_is_in_no_number(sector: Any) -> None:
    sector.seed(80)
    sector.hub.tamper("UPDATE document SET drill = true")
    client = sector.client("centre-analyst")
    page = client.get("/situation/").content.decode()
    assert set(re.findall(r"</span><b>(\d+)</b>", page)) == {"0"}
    assert "Nothing in this period" in client.get("/statistics/?period=2026").content.decode()


@pytest.mark.parametrize("path", ["/situation/", "/statistics/?period=2026", "/statistics/incidents/?period=2026"])
def test_more_rows_ask_the_database_no_more_often(sector: Any, path: str) -> None:
    client = sector.client("centre-analyst")
    sector.seed(200)
    client.get(path)
    few = statements(client, path)
    sector.seed(400, seed=2)
    assert statements(client, path) <= few
    assert few <= 40


@pytest.mark.clause("R67.4")
def test_an_institution_is_told_of_itself_alone(sector: Any) -> None:
    sector.seed(150)
    own, other = sector.institutions[:2]
    client = sector.client("head-of-security", own)
    page = client.get("/statistics/?period=2026").content.decode()
    names = dict(sector.hub.rows("SELECT id, name_en FROM organisation"))
    assert names[own] in page
    assert names[other] not in page
    assert client.get(f"/statistics/?organisation={other}").status_code == 404
    for path in ("/statistics/incidents/", "/statistics/export.csv"):
        assert client.get(f"{path}?period=2026&organisation={other}").status_code == 404
        assert names[other] not in client.get(f"{path}?period=2026").content.decode()
    assert client.get("/statistics/?organisation=nonsense").status_code == 404
    sole = sector.client("centre-analyst").get(f"/statistics/?period=2026&organisation={own}").content.decode()
    counted = re.compile(r"<h2>(\d+) incidents?</h2>")
    assert counted.search(sole)
    assert counted.search(page)
    assert counted.search(sole)[1] == counted.search(page)[1]  # type: ignore[index]


@pytest.mark.clause("R67.4")
def test_a_reading_by_the_centre_is_written_down(sector: Any) -> None:
    sector.seed(20)
    client = sector.client("centre-analyst")
    own = sector.institutions[0]
    client.get("/situation/")
    client.get(f"/statistics/?period=2026-Q4&organisation={own}")
    client.get("/statistics/export.xlsx?period=2026&kind=bank")
    client.get("/documents/export.csv?kind=incident-card")
    acts = sector.hub.rows(
        "SELECT act, organisation_id, object, detail FROM hub_journal WHERE act ~ '^(situation|statistics|documents)' "
        "ORDER BY id"
    )
    assert [row[0] for row in acts] == [
        "situation.read",
        "statistics.read",
        "statistics.exported",
        "documents.exported",
    ]
    assert acts[1][1:3] == (own, "2026-Q4")
    assert acts[2][2:] == ("2026", {"kind": "bank", "format": "xlsx"})
    assert acts[3][3]["filters"] == "kind=incident-card"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_pages_stand_in_each_language(sector: Any, language: str) -> None:
    sector.seed(60)
    client = sector.client("centre-head", language=language)
    words = {"kk": ("Ахуал", "Статистика"), "ru": ("Обстановка", "Статистика"), "en": ("Situation", "Statistics")}
    for path, word in zip(("/situation/", "/statistics/?period=2026-11"), words[language], strict=True):
        assert f"<h1>{word}" in client.get(path).content.decode()
