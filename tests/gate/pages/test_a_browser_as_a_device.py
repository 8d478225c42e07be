"""A browser is bound as a device: by the rules of a new device, with a key that never leaves it."""

from __future__ import annotations

import pytest

from qorgan.kit.clock import now
from qorgan.law.factors import Population
from tests.gate.ceremonies.people import PASSWORD, somebody
from tests.gate.pages.test_with_registries import apply, choose, choose_first, market, more_settings, show_face

__all__ = ["market", "more_settings"]


@pytest.mark.clause("R48.156-1")
def test_a_client_binds_a_browser_with_a_face_and_not_without(gate, page, market, barriers, picture):
    apply(page, 1)
    choose(page, "biometrics")
    show_face(page)
    page.wait_for_selector(".g-proven")
    choose(page, "phone")
    page.click("form[action$='step/phone'] button")
    page.fill("[name=code]", market.last_code())
    page.click("form[action$='phone/code'] button")
    choose_first(page)
    page.locator("form[action$='step/finish'] button").click()
    page.goto("/sign-in?for=bank-client&next=/account")
    page.fill("[name=identifier]", "+77000000001")
    page.locator("main form[action='/sign-in'] button").click()
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action*=password] button")
    page.wait_for_selector("[name=code]")
    choose(page, "biometrics")
    show_face(page)
    page.wait_for_url("**/account")
    page.locator("form:has([value=new-device]) button").click()
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action*=password] button")
    page.wait_for_selector("form[action$=biometrics]")
    assert page.locator("form[data-device=bind]").count() == 0
    show_face(page)
    page.wait_for_selector("form[data-device=bind]")
    assert barriers(page) == []
    page.fill("[name=name]", "Home computer")
    page.click("form[data-device=bind] button")
    page.wait_for_url("**/done/new-device")
    page.goto("/account")
    assert "Home computer" in page.inner_text("main")
    picture(page, "en-bound")
    assert gate.rows("SELECT name, report IS NOT NULL FROM device") == [("Home computer", True)]
    assert gate.rows("SELECT count(*) FROM notice WHERE kind = 'device-bound'") == [(1,)]


@pytest.mark.clause("R57.8")
def test_an_employee_signs_in_by_a_bound_browser_and_a_password(gate, page, market, enter):
    person = gate.apart(lambda: somebody(Population.EMPLOYEE))
    enter(page, person)
    gate.tamper("UPDATE one_time_code SET last_step = 0")
    page.locator("form:has([value=new-device]) button").click()
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action*=password] button")
    page.fill("[name=code]", person.code(now()))
    page.click("main form[action*=code] button")
    page.click("form[data-device=bind] button")
    page.wait_for_url("**/done/new-device")
    page.goto("/account")
    page.click("form[action='/sign-out'] button")
    page.goto("/sign-in?for=employee")
    page.fill("[name=identifier]", person.identifier)
    page.locator("main form[action='/sign-in'] button").click()
    page.click("a[href$='by=device-key']")
    page.click("form[data-device=use] button")
    page.wait_for_selector("[name=password]")
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action*=password] button")
    page.wait_for_url("**/account")
    rows = gate.rows("SELECT proofs->0->>'method', device IS NOT NULL FROM session ORDER BY began_at DESC LIMIT 1")
    assert rows == [("device-key", True)]
