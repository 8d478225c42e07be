"""Every life is a table without dead ends, and says what the law says."""

from __future__ import annotations

import pytest

from qorgan.hub.calls import lifecycle as calls
from qorgan.hub.casework.lifecycle import Actor, Lifecycle, Need, Step, preparation
from qorgan.hub.incidents import lifecycle as incidents
from qorgan.hub.inquiries import lifecycle as inquiries
from qorgan.hub.isms import lifecycle as isms
from qorgan.hub.warnings import lifecycle as warnings
from qorgan.law.asoi import ANSWER_INQUIRY, ANSWER_WARNING, MEND_RETURNED, TAKE_UP_INQUIRY

LIVES = [
    incidents.LIFE,
    warnings.THREAT,
    warnings.VULNERABILITY,
    warnings.RECEPTION,
    inquiries.INQUIRY,
    inquiries.RECEPTION,
    inquiries.ANSWER,
    isms.LIFE,
    calls.LIFE,
    preparation("R67.12"),
]


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_every_state_is_reached_and_only_final_ones_end(life):
    assert life.faults() == []


def test_a_verb_with_two_targets_is_refused():
    step = Step(state="a", verb="go", to="b", who=(Actor.MAKER,), clause="R67.12")
    with pytest.raises(ValueError, match="two targets"):
        Lifecycle("wrong", "a", frozenset({"b"}), (step, step))


def test_a_dead_end_and_an_island_are_found():
    life = Lifecycle(
        "wrong",
        "a",
        frozenset(),
        (
            Step(state="a", verb="go", to="b", who=(Actor.MAKER,), clause="R67.12"),
            Step(state="c", verb="go", to="a", who=(Actor.MAKER,), clause="R67.12"),
        ),
    )
    assert life.faults() == ["c cannot be reached", "b is a dead end"]


@pytest.mark.clause("R67.15")
def test_the_law_lets_only_threat_warnings_cards_and_answers_be_returned_with_a_clock():
    clocked = {life.name for life in LIVES for step in life.steps if step.starts == MEND_RETURNED}
    assert clocked == {"incident-card", "threat-warning", "answer"}
    assert all(
        step.who == (Actor.CENTRE,) and Need.FIELDS in step.needs
        for life in LIVES
        for step in life.steps
        if step.verb == "return"
    )


@pytest.mark.clause("R67.15")
def test_mending_a_returned_document_stops_its_clock():
    for life in (incidents.LIFE, warnings.THREAT, inquiries.ANSWER):
        mending = life.step("returned", "submit")
        assert mending is not None
        assert mending.stops == (MEND_RETURNED,)


@pytest.mark.clause("R67.14")
def test_the_ten_days_of_an_answer_begin_when_the_work_is_finished():
    starts = {step.verb: step.starts for step in inquiries.RECEPTION.steps}
    assert starts == {"take-up": None, "decline-inquiry": None, "finish": ANSWER_INQUIRY, "answer": None}
    taken = inquiries.RECEPTION.step("received", "take-up")
    assert taken is not None
    assert taken.stops == (TAKE_UP_INQUIRY,)


@pytest.mark.clause("R67.13")
def test_a_decision_on_a_warning_counts_once_the_head_agreed_to_it():
    for state in ("accepting", "declining"):
        step = warnings.RECEPTION.step(state, "agree")
        assert step is not None
        assert step.who == (Actor.ADDRESSEE_HEAD,)
        assert ANSWER_WARNING in step.stops


@pytest.mark.clause("R67.10")
@pytest.mark.clause("R67.11")
@pytest.mark.clause("R67.12")
@pytest.mark.parametrize("life", [life for life in LIVES if life is not calls.LIFE], ids=lambda life: life.name)
def test_nothing_is_sent_that_the_head_has_not_agreed_to(life):
    assert all(Need.AGREED in step.needs for step in life.steps if step.verb == "submit")


@pytest.mark.clause("R67.3.5")
@pytest.mark.clause("R67.10")
def test_each_kind_is_prepared_under_the_clause_that_it_is_sent_under(django_hub):
    from qorgan.hub.casework.kinds import kinds

    del django_hub
    found = {kind.code: {step.clause for step in kind.preparation.steps} for kind in kinds()}
    sent = {kind.code: {step.clause for step in kind.life.open_to(kind.life.initial)} for kind in kinds()}
    assert found == sent
    assert (found["threat-warning"], found["vulnerability-warning"]) == ({"R67.10"}, {"R67.3.5"})
