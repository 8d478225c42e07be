"""An employee's first page tells what comes of having set a password alone."""

from __future__ import annotations

from uuid import uuid4

import pytest

from qorgan.eds.pki.sandbox import invented_iin
from tests.gate.ceremonies.people import PASSWORD, act
from tests.gate.fixtures_registries import registries

__all__ = ["registries"]


@pytest.fixture
def invited(gate, visitor):
    """A newcomer's page, once their password is set."""
    from qorgan.gate.clients import actions

    by = act(by=uuid4(), reason="hired")
    made = actions.open_employee(login="newcomer", iin=invented_iin(3), name="Test", act=by)
    secret, browser = actions.invite(made.pk, act=by), visitor()

    def page():
        browser.post("/invitation", {"invitation": secret})
        browser.post("/step/enrol/password", {"password": PASSWORD, "repeated": PASSWORD})
        return browser, browser.get("/step").content.decode()

    return page


@pytest.mark.clause("R57.6")
def test_where_faces_are_compared_a_face_is_the_second_way_and_the_page_says_so(registries, invited):
    browser, page = invited()
    assert "without it your face is looked at each time" in page
    assert browser.post("/step/finish")["Location"] == "/done/invited"


@pytest.mark.clause("R57.6")
def test_where_they_are_not_a_second_way_has_to_be_chosen(gate, invited):
    browser, page = invited()
    assert "Choose a second way to sign in" in page
    assert "Keep at least two factors" in browser.post("/step/finish").content.decode()
