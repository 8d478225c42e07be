"""Staff at a real browser: an account is opened, a client is blocked, a duty is agreed to, figures are read."""

from __future__ import annotations

import pytest

from qorgan.law.factors import Population
from tests.gate.ceremonies.people import somebody
from tests.gate.console.conftest import with_duties
from tests.gate.pages.conftest import DESKTOP, PHONE

PAGES = ("/console/", "/console/people", "/console/employees", "/console/duties", "/console/journal", "/inspection/")


@pytest.mark.clause("R57.5", "R57.7")
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_page_of_the_console_can_be_used_by_everybody(gate, web, page, enter, barriers, picture, language):
    person = gate.apart(lambda: with_duties(0, "security", "administrator", "inspector"))
    client = gate.apart(lambda: somebody(Population.BANK_CLIENT, 1))
    page.context.add_cookies([{"name": "qorgan-gate-language", "value": language, "url": web.address}])
    enter(page, person)
    found = []
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        for address in (*PAGES, f"/console/people/{client.id}"):
            page.goto(address)
            found += barriers(page)
    for address in (*PAGES, f"/console/people/{client.id}"):
        page.goto(address)
        picture(page, f"{language}-{address.strip('/').split('/')[-1][:12] or 'console'}")
    assert found == []


@pytest.mark.clause("R57.7")
def test_a_client_is_found_and_blocked_as_people_do_it(gate, page, enter):
    officer = gate.apart(lambda: with_duties(0, "security"))
    client = gate.apart(lambda: somebody(Population.BANK_CLIENT, 1))
    enter(page, officer)
    page.goto("/console/people")
    page.select_option("[name=population]", "bank-client")
    page.fill("[name=identifier]", client.identifier)
    page.click("main form button")
    page.fill("#block_reason", "asked by phone")
    page.click("form[action$=block] button")
    page.wait_for_selector("#unblock_reason")
    assert gate.rows("SELECT state, blocked_reason FROM client WHERE id = %s", client.id) == [
        ("blocked", "asked by phone")
    ]
