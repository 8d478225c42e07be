"""The console's journal and the inspection say in words what the journal holds as codes, with the code beside."""

from __future__ import annotations

import pytest

from tests.gate.ceremonies.people import somebody
from tests.gate.console.conftest import sign_in, with_duties

BESIDE = ' <small class="g-called">wrong</small>'
"""Not where the word is the code."""


@pytest.mark.parametrize(
    ("language", "wrong", "duty", "rule"),
    [
        ("kk", f"Қате{BESIDE}", "клиенттерді қолдау", "Қызметкерлер: үш фактордың екеуі"),
        ("ru", f"Неверно{BESIDE}", "поддержка клиентов", "Работники: два фактора из трёх"),
        ("en", "wrong", "client support", "Employees: two factors of three"),
    ],
)
def test_reasons_duties_and_rules_are_called_by_words(gate, at_console, visitor, language, wrong, duty, rule):
    browser, _ = at_console(0, "inspector")
    with_duties(1, "support")
    stranger = visitor()
    stranger.post("/sign-in", {"for": "bank-client", "identifier": somebody(number=2).identifier})
    stranger.post("/step/prove/password", {"password": "wrong wrong wrong"})
    browser.cookies["qorgan-gate-language"] = language
    page = browser.get("/console/journal").content.decode()
    assert f"{wrong}</span>" in page
    assert f": {duty}</small>" in page
    assert f'{rule} <small class="g-called">R57.8</small>' in page
    assert f'{rule} <small class="g-called">R57.8</small>' in browser.get("/inspection/").content.decode()


def test_whoever_runs_commands_is_called_so(gate, at_console):
    browser, _ = at_console(0, "inspector")
    page = browser.get("/console/journal?event=duty.given").content.decode()
    assert "command line</td>" in page


def test_what_a_person_wrote_as_a_reason_stands_as_they_wrote_it(gate, at_console):
    browser, _ = at_console(0, "security", "inspector")
    person = somebody(number=1)
    browser.post(f"/console/people/{person.id}/block", {"reason": "they asked: by phone <b>"})
    page = browser.get("/console/journal").content.decode()
    assert "they asked: by phone &lt;b&gt;" in page


def test_a_client_who_signed_in_reads_the_rule_in_words(gate, visitor):
    browser = visitor()
    sign_in(browser, somebody())
    assert (
        'two independent factors <small class="g-called">D26.two-factor</small>'
        in browser.get("/account").content.decode()
    )
