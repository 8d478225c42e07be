"""Duties give rights, two pairs of eyes give duties, and whoever has none has no right."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from qorgan.law.factors import Population
from tests.gate.ceremonies.people import NOW, act


@pytest.fixture
def four(gate):
    """Four employees without duties."""
    from qorgan.eds.pki.sandbox import invented_iin
    from qorgan.gate.clients import actions

    return [
        actions.open_employee(
            login=f"worker-{number}", iin=invented_iin(number), name="Test", act=act(by=UUID(int=9), reason="a test")
        ).pk
        for number in range(1, 5)
    ]


def given(client, duty, by):
    from qorgan.gate.console import duties

    row = duties.propose(client, duty, act=act(by=by[0], reason="needed"))
    return duties.agree(row.pk, act=act(by=by[1], reason=""))


@pytest.mark.clause("R57.5")
def test_nobody_has_a_right_without_a_duty(four):
    from qorgan.gate.console import duties

    assert duties.rights(four[0], NOW) == frozenset()


@pytest.mark.clause("R57.5")
def test_every_right_is_given_by_some_duty_and_no_duty_gives_all():
    from qorgan.gate.console.rights import GIVES, Duty, Right, rights_of

    assert rights_of(Duty) == frozenset(Right)
    assert all(rights < frozenset(Right) for rights in GIVES.values())
    assert Right.CLIENTS_SEE not in GIVES[Duty.ADMINISTRATOR]
    assert not GIVES[Duty.INSPECTOR] - {Right.INSPECT, Right.JOURNAL_SEARCH}


@pytest.mark.clause("R57.5")
def test_a_proposal_gives_nothing_until_another_agrees(four):
    from qorgan.gate.console import duties
    from qorgan.gate.console.rights import GIVES, Duty
    from qorgan.kit.refusal import Refusal

    row = duties.propose(four[0], Duty.SECURITY, act=act(by=four[1], reason="needed"))
    assert duties.rights(four[0], NOW) == frozenset()
    for who in (four[1], four[0]):
        with pytest.raises(Refusal, match="Somebody else"):
            duties.agree(row.pk, act=act(by=who))
    duties.agree(row.pk, act=act(by=four[2]))
    assert duties.rights(four[0], NOW) == GIVES[Duty.SECURITY]


@pytest.mark.clause("R57.5")
def test_nobody_proposes_for_themself(four):
    from qorgan.gate.console import duties
    from qorgan.gate.console.rights import Duty
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal, match="their own account"):
        duties.propose(four[0], Duty.SECURITY, act=act(by=four[0], reason="needed"))


@pytest.mark.clause("R57.5")
def test_the_database_itself_wants_four_eyes(gate, four):
    import psycopg

    from qorgan.gate.console import duties
    from qorgan.gate.console.rights import Duty
    from qorgan.gate.database.connection import Role

    row = duties.propose(four[0], Duty.SECURITY, act=act(by=four[1], reason="needed"))
    with gate.connect(Role.WEB) as own, pytest.raises(psycopg.errors.CheckViolation):
        own.execute(
            "UPDATE duty_of SET agreed_by = proposed_by, agreed_at = now(), until = now() WHERE id = %s", [row.pk]
        )


@pytest.mark.clause("R57.5")
def test_a_duty_that_nobody_reviews_ends(four):
    from qorgan.gate.console import duties
    from qorgan.gate.console.rights import REVIEWED_EVERY, Duty

    row = given(four[0], Duty.SUPPORT, four[1:])
    late = NOW + REVIEWED_EVERY
    assert duties.rights(four[0], late - timedelta(seconds=1))
    assert duties.rights(four[0], late) == frozenset()
    duties.review(row.pk, act=act(late, by=four[3]))
    assert duties.rights(four[0], late)


@pytest.mark.clause("R57.7")
def test_every_change_of_a_duty_is_in_the_journal_with_before_and_after(gate, four):
    from qorgan.gate.console import duties
    from qorgan.gate.console.rights import Duty

    row = given(four[0], Duty.SUPPORT, four[1:])
    duties.take(row.pk, act=act(by=four[1], reason="left the desk"))
    rows = gate.rows(
        "SELECT event, actor, before->>'duty', after->>'duty', after->>'agreed_by' FROM gate_journal "
        "WHERE event LIKE 'duty.%%' AND client = %s ORDER BY id",
        four[0],
    )
    assert rows == [
        ("duty.proposed", four[1], None, "support", ""),
        ("duty.given", four[2], "support", "support", str(four[2])),
        ("duty.taken", four[1], "support", None, None),
    ]
    assert duties.rights(four[0], NOW) == frozenset()


def test_duties_are_for_employees(gate):
    from qorgan.gate.console import duties
    from qorgan.gate.console.rights import Duty
    from qorgan.kit.refusal import Refusal
    from tests.gate.ceremonies.people import somebody

    client = somebody(Population.BANK_CLIENT)
    with pytest.raises(Refusal, match="employees"):
        duties.propose(client.id, Duty.SUPPORT, act=act(by=UUID(int=9), reason="x"))
