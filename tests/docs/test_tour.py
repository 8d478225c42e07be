"""The guided tour of docs/tour.md, walked in a browser over a demonstration of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from qorgan.bench.chromium import chromium
from qorgan.demo.sign_in import SignIn
from tools.pictures import LARGEST, PICTURES, demonstration
from tools.tour import Walk, tour, walk

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tour.md"
PORT = 8850
PATIENCE = 60_000
"""Milliseconds; a demonstration that has just come up does much else besides."""
EMPHASISED = {"at once", "bold"}
"""Bold words of the page that are no words of the portal."""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the demonstration said when it was ready."""
    with demonstration(tmp_path_factory.mktemp("tour"), PORT) as ready:
        yield ready


@pytest.fixture(scope="module")
def walked(said: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Walk, set[str]]]:
    """The tour once walked, with the names of its pictures."""
    pictures: set[str] = set()
    with walk(said["address"], SignIn(said["password"], said["totp"]), lambda name, _page: pictures.add(name)) as one:
        tour(one)
        yield one, pictures


# Before the walk: a browser that is open already lets no other be started in this thread.
@pytest.mark.clause("D26.two-factor")
@pytest.mark.clause("R57.10")
def test_a_client_reaches_the_sample_bank_through_the_gate_and_a_participant_needs_more(said: dict[str, Any]) -> None:
    gate, known = said["gate"], SignIn(said["password"], said["totp"])
    client, participant = gate["people"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium())
        page = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844}).new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(gate["bank"])
        page.click("a.button")
        page.wait_for_url(f"{gate['address']}/**")
        by_password_and_code(page, client, known)
        page.wait_for_url(f"{gate['bank']}/**")
        assert "D26.two-factor" in page.inner_text("main")
        page = browser.new_context(locale="en-GB").new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(gate["platform"])
        page.click("a.button")
        page.wait_for_url(f"{gate['address']}/**")
        page.fill("[name=identifier]", participant)
        page.click("main form button")
        page.fill("[name=password]", known.password)
        with page.expect_navigation():
            page.click("main form[action*=password] button")
        # A code is not even asked for: it could not be enough (R57.10).
        assert page.locator("[name=code]").count() == 0
        assert page.url.startswith(gate["address"])
        browser.close()


@pytest.mark.clause("D26.journal")
def test_an_inspector_of_the_demonstration_finds_nothing_that_speaks_against_a_clause(said: dict[str, Any]) -> None:
    qorgan = str(Path(sys.executable).with_name("qorgan"))
    add = [qorgan, "gate", "caller-add", "audit", "--kind", "inspector", "--json"]
    done = subprocess.run([*add, "--config", said["gate"]["config"]], capture_output=True, text=True, check=True)
    asked = {"Authorization": f"Bearer {json.loads(done.stdout)['token']}"}
    found = httpx.get(f"{said['gate']['address']}/api/v1/inspection", headers=asked, timeout=60).json()
    assert found["ruled"]
    assert (found["without_rule"], [one for one in found["clauses"] if one["against"]]) == (0, [])


@pytest.mark.clause("R67.12")
@pytest.mark.clause("R67.15")
def test_every_word_that_the_tour_names_stands_on_the_way(walked: tuple[Walk, set[str]]) -> None:
    named = {" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", PAGE.read_text(), re.DOTALL)}
    assert len(named) > 20
    seen = walked[0].seen
    assert {words for words in named - EMPHASISED if not any(one.startswith(words) for one in seen)} == set()


def test_every_picture_is_one_of_the_tours_and_small(walked: tuple[Walk, set[str]]) -> None:
    shown = set(re.findall(r"pictures/tour-(\w+)\.png", PAGE.read_text()))
    assert shown == walked[1]
    assert all((PICTURES / f"tour-{name}.png").stat().st_size <= LARGEST for name in shown)


@pytest.mark.clause("R48I.3")
def test_the_receipt_taken_at_the_end_is_believed_without_the_hub(
    said: dict[str, Any], walked: tuple[Walk, set[str]], tmp_path: Path
) -> None:
    receipt, exact = tmp_path / "receipt.json", tmp_path / "exact.json"
    receipt.write_bytes(walked[0].taken["receipt"])
    exact.write_bytes(walked[0].taken["exact bytes"])
    verify = [
        str(Path(sys.executable).with_name("qorgan")),
        "verify",
        str(receipt),
        str(exact),
        "--key",
        said["ledger"],
    ]
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 0
    exact.write_bytes(exact.read_bytes().replace(b"resolved", b"contained"))
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 1


def by_password_and_code(page: Page, identifier: str, known: SignIn) -> None:
    page.fill("[name=identifier]", identifier)
    page.click("main form button")
    page.fill("[name=password]", known.password)
    page.click("main form[action*=password] button")
    page.fill("[name=code]", known.code(time.time()))
    page.click("main form[action*=code] button")
