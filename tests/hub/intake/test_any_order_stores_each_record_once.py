"""Whatever a module sends again, early, late or overlapping, each record is stored exactly once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.receipts.audit import audit
from qorgan.wire.batch import SequenceRange

LAST = 24
ranges = st.tuples(st.integers(1, LAST), st.integers(0, 8)).map(lambda pair: (pair[0], min(LAST, sum(pair))))


class Model:
    """What the contract promises, in ten lines."""

    def __init__(self):
        self.mark = 0
        self.taken = {}

    def expect(self, first, last):
        if first > self.mark + 1:
            return "sequence-gap"
        if last <= self.mark:
            return "replay" if self.taken.get(first) == last else "sequence-conflict"
        if first <= self.mark:
            return "sequence-overlap"
        self.mark, self.taken[first] = last, last
        return "taken"


@pytest.mark.clause("R67.2")
@pytest.mark.clause("R48I.3")
def test_any_interleaving_of_two_modules_stores_each_record_once(intake, a_signal):
    modules = []

    # Void numbers: every number that three divides has no record.
    def batch_of(first, last):
        return [a_signal(number) for number in range(first, last + 1) if number % 3]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.booleans(), ranges), max_size=14))
    def play(moves):
        pair = [intake.enrol(name=f"edge-{len(modules)}-{place}") for place in range(2)]
        modules.extend(pair)
        models = [Model(), Model()]
        answers = {}
        for which, (first, last) in moves:
            sent = batch_of(first, last)
            answer = pair[which].send(sent, SequenceRange(first, last))
            expected = models[which].expect(first, last)
            if expected == "taken":
                pair[which].receipt(answer, sent)
                answers[which, first] = answer.content
            elif expected == "replay":
                assert answer.content == answers[which, first]
            else:
                assert (answer.json()["code"], answer.json()["expected"]) == (expected, models[which].mark + 1)
        for module, model in zip(pair, models, strict=True):
            stored = intake.hub.rows("SELECT sequence FROM signal WHERE module_id = %s ORDER BY 1", module.module)
            assert [number for (number,) in stored] == [n for n in range(1, model.mark + 1) if n % 3]

    play()
    report = audit(role_url(intake.hub.config, Role.READ), read_log_key(intake.hub.config))
    assert report.findings == []
    assert report.batches > 0
