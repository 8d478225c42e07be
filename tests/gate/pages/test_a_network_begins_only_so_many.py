"""Nobody fills the gate's tables with ceremonies that are begun and left."""

from __future__ import annotations

import pytest
from django.test import override_settings
from msgspec.structs import replace

from qorgan.kit.clock import now
from tests.gate.ceremonies.people import PASSWORD, somebody

WAYS = {
    "/sign-in": {"for": "bank-client", "identifier": "940101300123"},
    "/recover": {"for": "bank-client", "identifier": "940101300123"},
    "/sign-in/passkey": {"for": "bank-client"},
    "/register": {"for": "bank-client", "iin": "940101300123", "name": "Test Testuly", "phone": "+77000000001"},
    "/invitation": {"invitation": "of nobody"},
}


@pytest.fixture(autouse=True)
def few(gate):
    """A gate at which a network may begin three times."""
    limits = replace(gate.config.limits, asked_per_network=3)
    with override_settings(CONFIG=replace(gate.config, limits=limits)):
        yield


@pytest.mark.parametrize("way", WAYS)
def test_a_network_that_begins_too_often_is_told_to_wait_and_leaves_nothing_behind(gate, visitor, way):
    for _ in range(3):
        visitor().post("/sign-in", WAYS["/sign-in"])
    assert gate.rows("SELECT count(*) FROM ceremony") == [(3,)]
    for _ in range(3):
        answer = visitor().post(way, WAYS[way])
        assert "Location" not in answer
        assert "Too many attempts" in answer.content.decode()
    assert gate.rows("SELECT count(*) FROM ceremony") == [(3,)]


def test_whoever_began_before_comes_in_all_the_same(visitor):
    person, browser = somebody(), visitor()
    browser.post("/sign-in", {"for": "bank-client", "identifier": person.identifier})
    for _ in range(5):
        visitor().post("/sign-in", WAYS["/sign-in"])
    browser.post("/step/prove/password", {"password": PASSWORD})
    answer = browser.post("/step/prove/one-time-code", {"code": person.code(now())})
    assert (answer.status_code, answer["Location"]) == (303, "/")
