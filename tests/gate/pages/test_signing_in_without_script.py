"""People sign in by pages that need no script: a name, a password, a one-time code, and they are on their own page."""

from __future__ import annotations

import pytest

from qorgan.kit.clock import now
from qorgan.law.factors import Population
from tests.gate.ceremonies.people import PASSWORD, somebody

WORDS = {
    "kk": ("Кіру", "Құпиясөз"),
    "ru": ("Вход", "Пароль"),
    "en": ("Sign in", "Password"),
}


def come(browser, person):
    """Name oneself, and answer with both factors."""
    browser.post("/sign-in", {"for": person.population.value, "identifier": person.identifier})
    browser.post("/step/prove/password", {"password": PASSWORD})
    return browser.post("/step/prove/one-time-code", {"code": person.code(now())})


@pytest.mark.clause("D26.two-factor")
@pytest.mark.parametrize("population", [Population.BANK_CLIENT, Population.EMPLOYEE])
def test_two_factors_lead_to_ones_own_page(gate, visitor, population):
    browser, person = visitor(), somebody(population)
    answer = browser.post("/sign-in", {"for": population.value, "identifier": person.identifier})
    assert (answer.status_code, answer["Location"]) == (303, "/step")
    answer = browser.post("/step/prove/password", {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/step")
    assert browser.get("/account").status_code == 303
    answer = browser.post("/step/prove/one-time-code", {"code": person.code(now())})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    page = browser.get("/account")
    assert page.status_code == 200
    assert gate.rows("SELECT rule FROM session") == [
        ("R57.8" if population is Population.EMPLOYEE else "D26.two-factor",)
    ]


@pytest.mark.clause("D26.two-factor")
def test_one_factor_opens_nothing(gate, visitor):
    browser, person = visitor(), somebody()
    browser.post("/sign-in", {"for": "bank-client", "identifier": person.identifier})
    browser.post("/step/prove/password", {"password": PASSWORD})
    answer = browser.post("/step/finish", {})
    assert answer.status_code == 403
    assert gate.rows("SELECT count(*) FROM session") == [(0,)]


@pytest.mark.clause("R48.161.1")
def test_an_unknown_person_sees_what_a_known_one_sees(gate, visitor):
    somebody()
    seen = []
    for identifier in ("940101300123", "850101300126"):
        browser = visitor()
        browser.post("/sign-in", {"for": "bank-client", "identifier": identifier})
        step = browser.get("/step").content
        wrong = browser.post("/step/prove/password", {"password": "wrong wrong wrong"})
        code = browser.post("/step/prove/one-time-code", {"code": "000000"})
        seen.append([_without_secrets(one) for one in (step, wrong.content, code.content)])
        assert wrong.status_code == code.status_code == 200
    assert seen[0] == seen[1]


def test_every_page_may_be_kept_by_nobody_and_runs_no_script_of_its_own(gate, visitor):
    browser, person = visitor(), somebody()
    for address in ("/sign-in", "/sign-in?for=employee", "/recover?for=bank-client", "/register?for=participant"):
        page = browser.get(address)
        assert page.status_code == 200, address
        assert page["Cache-Control"] == "no-store"
        assert b"style=" not in page.content
        assert b"onclick" not in page.content
    come(browser, person)
    assert browser.get("/account")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_speak_three_languages(gate, visitor, language):
    browser, person = visitor(), somebody()
    browser.cookies["qorgan-gate-language"] = language
    title, password = WORDS[language]
    assert title in browser.get("/sign-in?for=bank-client").content.decode()
    browser.post("/sign-in", {"for": "bank-client", "identifier": person.identifier})
    assert password in browser.get("/step").content.decode()


def test_nobody_is_led_to_a_foreign_place(gate, visitor):
    browser, person = visitor(), somebody()
    elsewhere = "https://elsewhere.example/"
    browser.post("/sign-in", {"for": "bank-client", "identifier": person.identifier, "next": elsewhere})
    browser.post("/step/prove/password", {"password": PASSWORD})
    assert browser.post("/step/prove/one-time-code", {"code": person.code(now())})["Location"] == "/"


def test_a_foreign_page_cannot_send_our_forms(gate):
    from django.test import Client

    stranger = Client(headers={"host": "localhost"}, enforce_csrf_checks=True, raise_request_exception=False)
    assert stranger.post("/sign-in", {"for": "bank-client", "identifier": "1"}).status_code == 403


def test_the_cookie_of_a_session_is_read_by_no_script(gate, visitor):
    browser = visitor()
    cookie = come(browser, somebody()).cookies["qorgan-gate-session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"


def _without_secrets(page: bytes) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.decode())
