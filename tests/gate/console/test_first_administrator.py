"""The first administrators come to be by command: two of them, so that there are four eyes from the beginning."""

from __future__ import annotations

import argparse

import pytest

from qorgan.eds.pki.sandbox import invented_iin


def added(gate, number: int, **more: str):
    from qorgan.gate.run.employees import employee_add

    told = {"login": f"admin-{number}", "iin": invented_iin(number), "name": "Test", "phone": "", "reason": "the first"}
    return employee_add(gate.config, argparse.Namespace(**{**told, "duty": "administrator", **more}))


@pytest.mark.clause("R57.5", "R57.7")
def test_an_administrator_is_made_with_an_invitation_and_a_duty(gate, visitor):
    outcome = added(gate, 1)
    assert outcome.value["invitation"] in outcome.words
    assert visitor().post("/invitation", {"invitation": outcome.value["invitation"]}).status_code == 303
    events = [event for (event,) in gate.rows("SELECT event FROM gate_journal WHERE client IS NOT NULL ORDER BY id")]
    assert events[:4] == ["account.opened", "account.invited", "duty.proposed", "duty.given"]


@pytest.mark.clause("R57.6")
def test_one_person_gets_no_second_account_and_nothing_is_left_of_the_attempt(gate):
    from qorgan.kit.refusal import Refusal

    added(gate, 1)
    with pytest.raises(Refusal, match="personal"):
        added(gate, 2, iin=invented_iin(1))
    assert gate.rows("SELECT count(*) FROM client") == [(1,)]
