"""Over real HTTP: a program is told a problem, a person is shown a page, and neither learns more than it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def site() -> Iterator[httpx.Client]:
    serve = Path(__file__).parent / "site" / "serve.py"
    with subprocess.Popen(
        [sys.executable, str(serve)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout
        port = int(program.stdout.readline())
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
        program.kill()


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json", "application/*"])
def test_a_program_is_told_a_problem(site: httpx.Client, accept: str) -> None:
    answer = site.get("/refuse", headers={"Accept": accept})
    told = answer.json()
    assert answer.status_code == told["status"] == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (told["code"], told["clause"], told["detail"]) == ("card_unknown", "R67.12", "This field is required.")
    assert told["trace"]


@pytest.mark.parametrize("headers", [BROWSER, {"HX-Request": "true"}])
def test_a_person_is_shown_a_page(site: httpx.Client, headers: dict[str, str]) -> None:
    answer = site.get("/refuse", headers=headers)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "This field is required. R67.12" in answer.text


def test_an_asynchronous_view_is_answered_alike_and_its_words_are_escaped(site: httpx.Client) -> None:
    assert site.get("/refuse-later").json()["detail"] == "Too <b>early</b>"
    page = site.get("/refuse-later", headers=BROWSER)
    assert page.status_code == 409
    assert "Too &lt;b&gt;early&lt;/b&gt;" in page.text


@pytest.mark.parametrize(("language", "sentence"), [("en", "This field is required."), ("ru", "Обязательное поле.")])
def test_the_sentence_is_in_the_callers_language(site: httpx.Client, language: str, sentence: str) -> None:
    told = site.get("/refuse", headers={"Accept-Language": language}).json()
    assert told["detail"] == sentence
    assert told["code"] == "card_unknown"


@pytest.mark.clause("R48.161.1")
@pytest.mark.parametrize("headers", [{}, BROWSER])
def test_a_failed_service_asks_to_come_again_and_stays_unnamed(site: httpx.Client, headers: dict[str, str]) -> None:
    answer = site.get("/fail", headers=headers)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "7"
    assert "digital-id" not in answer.text
    assert "10.0.0.7" not in answer.text


@pytest.mark.parametrize("path", ["/refuse", "/fail"])
def test_a_no_is_not_kept_by_any_cache(site: httpx.Client, path: str) -> None:
    assert site.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.clause("R48.161.1")
def test_any_other_error_is_djangos_own_and_tells_nothing(site: httpx.Client) -> None:
    answer = site.get("/break")
    assert answer.status_code == 500
    assert "10.0.0.7" not in answer.text
