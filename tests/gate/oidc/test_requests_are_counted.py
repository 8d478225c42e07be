"""Nobody fills the gate's tables with requests of applications."""

from __future__ import annotations

import pytest
from django.test import override_settings
from msgspec.structs import replace

from tests.gate.oidc.whole_way import told


@pytest.fixture
def few(gate):
    """A gate at which a network may ask three times."""
    limits = replace(gate.config.limits, asked_per_network=3)
    with override_settings(CONFIG=replace(gate.config, limits=limits)):
        yield


def rows(gate):
    return gate.rows("SELECT (SELECT count(*) FROM authorisation), (SELECT count(*) FROM ceremony)")


@pytest.mark.usefixtures("few")
def test_a_network_that_asks_too_often_goes_back_and_leaves_nothing_behind(gate, browsing, application):
    for _ in range(3):
        browsing().authorise(application)
    assert rows(gate) == [(3, 3)]
    for _ in range(5):
        browser = browsing()
        asked = browser.authorise(application)
        answer = told(browser.answers[-1])
        assert (answer["error"], answer["state"]) == ("temporarily_unavailable", asked.parameters["state"])
    assert rows(gate) == [(3, 3)]


@pytest.mark.usefixtures("few")
def test_whoever_began_before_comes_in_all_the_same(browsing, application, person, redeem):
    first = browsing()
    asked = first.authorise(application)
    for _ in range(5):
        browsing().authorise(application)
    back = first.go_on(first.sign_in(person))
    assert redeem(application, back["code"], asked).status_code == 200


@pytest.mark.usefixtures("few")
def test_what_is_refused_or_asks_for_nobody_is_not_counted(gate, browsing, application):
    for _ in range(5):
        browser = browsing()
        browser.authorise(application, prompt="none")
        assert told(browser.answers[-1])["error"] == "login_required"
    browser = browsing()
    browser.authorise(application)
    assert browser.answers[-1].headers["Location"].startswith("/sign-in?request=")
