"""What pages leave out or fold: fields left empty, versions that are alone, proofs beside the history."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest


@pytest.mark.clause("R67.15")
def test_what_is_said_comes_first_on_the_page_of_a_return_and_what_is_empty_is_folded(desk: Any) -> None:
    card = desk.sent()
    desk.press("centre-analyst", card + "act/receive/")
    client = desk.client("centre-analyst")
    page = client.get(card + "return/").content.decode()
    said, _fold, empty = page.partition('<details class="q-panel d-section">')
    assert "fields left empty" in empty
    assert 'name="lacks.description"' in said
    assert 'name="lacks.root_cause"' not in said
    assert re.findall(r'name="lacks\.\w+"', said)
    assert 'name="lacks.works"' in empty
    # What is picked there is shown when the page comes back for a reason that lacks.
    again = client.post(card + "return/", {"lacks.works": "1", "revision": "9"}).content.decode()
    assert '<details class="q-panel d-section" open>' in again


def test_a_document_of_one_version_is_compared_with_nothing(desk: Any) -> None:
    card = desk.sent()
    page = desk.client("centre-analyst").get(card + "difference/").content.decode()
    assert "There is nothing to compare yet" in page
    assert "<select" not in page
    own = desk.client("alpha-maker").get(card + "difference/?from=1&to=1").content.decode()
    assert "The same version stands on both sides" in own


@pytest.mark.clause("R48I.3")
def test_proofs_stand_once_below_the_history(desk: Any) -> None:
    page = desk.client("alpha-maker").get(desk.sent()).content.decode()
    history, _proofs, proofs = page.partition('<details class="d-proofs">')
    assert "document.json" not in history
    acts = re.findall(r"document\.json\?act=(\d+)", proofs)
    assert len(acts) == len(set(acts)) >= 4


def test_the_keys_of_what_waits_are_one_s_own(desk: Any) -> None:
    def waiting(who: str) -> list[str]:
        keys: list[str] = json.loads(desk.client(who).get("/desk/news/").content)["waiting"]
        return keys

    assert waiting("alpha-maker") == []
    card = desk.begin()
    [written] = waiting("alpha-maker")
    desk.fill(card)
    assert waiting("alpha-maker") == [written]
    assert waiting("gamma-maker") == waiting("alpha-head") == []
    page = desk.client("alpha-maker").get("/desk/").content.decode()
    assert f'data-key="{written}"' in page
    desk.press("alpha-maker", card + "act/propose/")
    assert len(waiting("alpha-head")) == 1
    assert waiting("gamma-maker") == []


@pytest.mark.parametrize(
    ("language", "measures", "step"),
    [("kk", "Қорғау шаралары", "Сіздің келесі қадамыңыз"), ("ru", "Меры защиты", "Ваш следующий шаг")],
)
def test_a_warning_s_measures_and_one_s_own_verbs_have_headings_of_their_own(
    desk: Any, language: str, measures: str, step: str
) -> None:
    desk.person("alpha-maker", language)
    warning = desk.begin("threat-warning")
    desk.write(warning, recommendations__0="Check the sender")
    page = desk.client("alpha-maker").get(warning).content.decode()
    assert re.findall(f"<h2>({measures}|{step})</h2>", page) == [measures, step]
