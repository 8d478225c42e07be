"""An advisory becomes a warning in a browser, and whom it concerns sees why (R67.3.5)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.hub.desk.conftest import saved

ADVISORY = Path(__file__).parents[1] / "warnings" / "advisories" / "gateway.json"
GATEWAY = {"kind": "software", "vendor": "Example Networks", "product": "Gateway", "version": "4.1"}
WHY = {
    "kk": "Сізге қатысты, себебі бейініңізде мынаны пайдаланатыныңыз көрсетілген:",
    "ru": "Касается вас, поскольку в вашем профиле указано, что вы используете:",
}


@pytest.mark.clause("R67.3.5")
@pytest.mark.parametrize(("centre", "institution"), [("ru", "kk"), ("kk", "ru")])
def test_an_advisory_is_imported_addressed_agreed_and_sent(
    desk: Any, at_desk: Any, centre: str, institution: str
) -> None:
    for name, version in (("alpha", "4.1"), ("gamma", "")):
        desk.hub.rows(
            "UPDATE organisation SET inventory = %s WHERE id = %s RETURNING id",
            json.dumps([GATEWAY | {"version": version}]),
            desk.organisations[name],
        )
    analyst = at_desk("centre-analyst", centre)
    analyst.goto("/desk/new/")
    analyst.click("a[href='/desk/advisory/']")
    analyst.fill("[name=text]", '{"document": {}}')
    analyst.click("form.d-new button[type=submit]")
    assert "$.document" in analyst.locator("[role=alert]").inner_text()
    # Chromium writes a refused page to its console.
    analyst.complaints.clear()
    analyst.set_input_files("[name=file]", ADVISORY)
    analyst.fill("[name=text]", "")
    analyst.click("form.d-new button[type=submit]")
    analyst.click("button[name=begin]")
    analyst.wait_for_url("**/edit/")
    analyst.select_option("[name=tlp]", "TLP:AMBER")
    analyst.locator("a[href$='/addressing/']").first.wait_for()
    saved(analyst, centre)
    analyst.locator("a[href$='/addressing/']").first.click()
    analyst.click("button[value=match]")
    expect(analyst.locator("[name=addressees]:checked")).to_have_count(2)
    analyst.locator("[name=addressees]:checked").nth(1).uncheck()
    analyst.click("button[value=these]")
    expect(analyst.locator("[name=addressees]:checked")).to_have_count(1)
    address = analyst.url.removesuffix("addressing/")
    analyst.goto(address)
    analyst.click("form[action$='act/propose/'] button")
    head = at_desk("centre-head", centre)
    head.goto(address + "agree/")
    head.click("button[name=agree]")
    head.wait_for_url("**/desk/")
    analyst.goto(address)
    analyst.click("form[action$='act/submit/'] button")
    analyst.wait_for_url("**/desk/**")
    maker = at_desk("alpha-maker", institution)
    maker.goto(address)
    told = maker.locator(".d-concern").inner_text()
    assert WHY[institution] in told
    assert "Example Networks Gateway 4.1" in told
    analyst.goto(address)
    assert analyst.locator("#d-cover tbody tr").count() == 1
