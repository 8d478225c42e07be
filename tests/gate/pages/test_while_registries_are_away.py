"""While a registry does not answer, nobody gets in by it, and the page says so and offers the other ways."""

from __future__ import annotations

import pytest

from qorgan.gate.providers.sandbox import services as places
from qorgan.gate.providers.sandbox.modes import Mode
from qorgan.kit.clock import now
from tests.gate.ceremonies.people import PASSWORD, somebody
from tests.gate.fixtures_registries import registries

__all__ = ["registries"]


@pytest.fixture
def browser(registries, visitor):
    """Of a client who has come to the step where a face may be shown."""
    registries.hands.at = now()
    registries.services.behaviours[places.CENTRE].mode = Mode.OUTAGE
    made, person = visitor(), somebody()
    made.post("/sign-in", {"for": "bank-client", "identifier": person.identifier})
    made.person = person
    return made


@pytest.mark.clause("D26.identity")
def test_the_page_says_so_and_offers_the_other_ways(gate, browser):
    answer = browser.post("/step/challenge/biometrics", {})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "does not answer" in page
    assert "by=password" in page
    assert "own-device" in page
    written = gate.rows("SELECT event, reason FROM gate_journal ORDER BY id")
    assert written[-1] == ("provider.unavailable", "biometrics")


def test_whoever_goes_another_way_comes_in(gate, browser):
    browser.post("/step/challenge/biometrics", {})
    browser.post("/step/prove/password", {"password": PASSWORD})
    answer = browser.post("/step/prove/one-time-code", {"code": browser.person.code(now())})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert gate.rows("SELECT count(*) FROM session") == [(1,)]


@pytest.mark.clause("D26.remote-registration")
def test_at_a_registration_no_device_is_offered_that_the_act_does_not_name(registries, visitor):
    for population, offered in (("bank-client", False), ("participant", True)):
        browser = visitor()
        applicant = {"for": population, "iin": "000101300079", "name": "Үлгі Айдын", "phone": "+77000000001"}
        browser.post("/register", applicant)
        page = browser.get("/step?by=biometrics").content.decode()
        assert 'value="state"' in page
        assert ('value="own-device"' in page) is offered
