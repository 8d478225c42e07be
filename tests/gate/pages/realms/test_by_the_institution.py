"""What the institution's employees do to accounts of every realm, and how they get their own, at real browsers."""

from __future__ import annotations

import pytest

from qorgan.law.factors import Population
from tests.gate.pages.conftest import DESKTOP
from tests.gate.pages.realms.walking import CODE, KNOWN, SECOND

BANK, INSURANCE, PARTICIPANT, EMPLOYEE = Population


@pytest.fixture
def staff(walks, gate):
    """An employee with duties, signed in."""

    def come(*duties):
        walk = walks(EMPLOYEE)
        walk.comes_in()
        gate.apart(lambda: give(walk.id, duties))
        walk.page.set_viewport_size(DESKTOP)
        return walk

    return come


def give(client_id, duties):
    """Duties by command."""
    from qorgan.gate.console import duties as giving
    from qorgan.gate.console.rights import Duty
    from tests.gate.ceremonies.people import act

    for one in duties:
        giving.give_by_command(client_id, Duty(one), act=act(reason="a test"))


@pytest.mark.clause("R57.7")
@pytest.mark.parametrize("population", Population)
def test_an_account_is_blocked_and_unblocked_with_a_reason(walks, visits, gate, staff, population):
    officer, walk = staff("security"), walks(population).comes_in()
    officer.goes(f"/console/people/{walk.id}")
    officer.page.fill("#block_reason", " ")
    officer.presses("form[action$=block] button")
    officer.refused()
    officer.seen("person-refused")
    walk.goes("/account")
    officer.page.fill("#block_reason", "asked by phone")
    officer.presses("form[action$=block] button")
    officer.seen("person-blocked")
    walk.goes("/account")
    walk.page.wait_for_url("**/sign-in*")
    walk.names_themself()
    walk.fails(KNOWN)
    walk.proves(KNOWN, SECOND[population])
    walk.seen("blocked")
    assert "account-blocked" in walk.page.inner_text("main")
    assert "403" in visits.complaints.pop()
    officer.page.fill("#unblock_reason", "came in person")
    officer.presses("form[action$=unblock] button")
    walk.names_themself()
    walk.proves(KNOWN, SECOND[population])
    walk.page.wait_for_url("**/account")
    rows = gate.rows(
        "SELECT event, actor, reason FROM gate_journal WHERE client = %s AND event ~ 'blocked' ORDER BY id", walk.id
    )
    assert rows == [
        ("account.blocked", officer.id, "asked by phone"),
        ("account.unblocked", officer.id, "came in person"),
    ]
    assert {"blocked", "unblocked"} <= walk.told()


@pytest.mark.clause("R57.6", "R57.7", "R57.8")
def test_an_employee_is_invited_and_comes_in_by_what_they_chose(walks, gate, staff):
    officer, walk = staff("administrator"), walks(EMPLOYEE)
    officer.goes("/console/employees")
    told = {"login": "new.hand", "name": "Test Testova", "iin": walk.iin, "reason": "joined the desk"}
    for name, value in {**told, "iin": "1"}.items():
        officer.page.fill(f"[name={name}]", value)
    officer.presses("main .q-narrow form button")
    officer.refused()
    officer.page.fill("[name=iin]", walk.iin)
    officer.presses("main .q-narrow form button")
    secret = officer.page.inner_text(".g-secret")
    officer.seen("invited")
    walk.goes("/invitation")
    walk.page.fill("[name=invitation]", "not-an-invitation")
    walk.presses("main form button")
    walk.refused()
    walk.seen("invitation")
    walk.page.fill("[name=invitation]", secret)
    walk.presses("main form button")
    walk.chooses(CODE)
    walk.seen("invitation-end")
    walk.finishes("invited")
    walk.person.identifier = "new.hand"
    walk.names_themself()
    walk.proves(KNOWN, CODE)
    walk.page.wait_for_url("**/account")
    walk.goes("/invitation")
    walk.page.fill("[name=invitation]", secret)
    walk.presses("main form button")
    walk.refused()
    assert gate.rows("SELECT rule FROM session WHERE rule = 'R57.8' AND began_at > now() - interval '1 minute'")
