"""That people cannot come in is found, once, and not because of a quiet night or of wrong passwords (R67.12)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from qorgan.module.classify.decide import own
from qorgan.module.formats.reading import Reader
from qorgan.module.judging import InstitutionJudge
from qorgan.module.redact.fields import Redactor
from qorgan.wire.disruption import Cause, Disruption, Phase, told_by

pytestmark = pytest.mark.clause("R67.12")


def known(told):
    return msgspec.convert(told[2], Disruption)


def test_a_service_that_does_not_answer_for_long_is_a_disruption_with_its_facts(day):
    day.pass_by(10, trying=2, good=2)
    began, day.away = day.at, "biometrics"
    someone = uuid4()
    for _ in range(2):
        day.tried(someone)
    day.pass_by(14.5, trying=2, good=2)
    assert day.told() == [], "it has to last"
    day.pass_by(1, trying=2, good=2)
    (told,) = day.told()
    assert told[:2] == ("sign-in.disrupted", "provider")
    fact = known(told)
    assert (fact.phase, fact.cause, fact.until) == (Phase.BEGAN, Cause.PROVIDER, None)
    assert abs(fact.since - began) <= timedelta(seconds=30)
    assert fact.services == {"biometrics": fact.failed}
    assert fact.failed == fact.people + 1, "one person failed twice"
    assert 30 <= fact.failed <= 33
    day.pass_by(10, trying=2, good=2)
    assert day.phases() == ["began"]


def test_it_ends_once_when_people_are_seen_to_come_in_and_the_service_to_answer(day):
    day.away = "biometrics"
    day.pass_by(20, trying=2)
    assert day.phases() == ["began"]
    day.pass_by(30, good=4)
    assert day.phases() == ["began"], "those who do not need the service prove nothing of it"
    day.back()
    day.pass_by(40, trying=2, good=2)
    assert day.phases() == ["began", "ended"]
    began, ended = map(known, day.told())
    assert (ended.id, ended.since, ended.failed) == (began.id, began.since, 40)
    assert ended.until is not None
    assert ended.until - ended.since < timedelta(minutes=21), "when people came in again, not when that was sure"
    assert day.told()[1][0] == "sign-in.restored"


def test_a_night_without_people_is_no_end_and_no_beginning(day):
    day.away = "biometrics"
    day.pass_by(20, trying=2)
    day.pass_by(50)
    assert day.phases() == ["began"]
    day.pass_by(20)
    assert day.phases() == ["began", "goes-on"]
    day.back()
    day.pass_by(15)
    assert day.phases() == ["began", "goes-on"], "nobody has seen yet that it is well"
    day.pass_by(20, trying=1)
    assert day.phases() == ["began", "goes-on", "ended"]


def test_few_who_fail_in_a_quiet_night_are_no_disruption(day):
    day.away = "biometrics"
    day.pass_by(90, trying=0.5)
    assert day.told() == []


def test_wrong_passwords_neither_make_a_disruption_nor_hide_one(day):
    day.pass_by(20, wrong=12)
    assert day.told() == []
    day.away = "biometrics"
    day.pass_by(16, trying=2, wrong=12)
    assert day.phases() == ["began"]


def test_a_burst_that_passes_is_no_disruption_and_the_limit_does_not_flap(day):
    day.away = "mobile-numbers"
    day.pass_by(2, trying=10)
    day.back()
    day.pass_by(30, good=2)
    assert day.told() == []
    # About the limit, of one to four, up and down.
    for _ in range(6):
        day.away = "mobile-numbers"
        day.pass_by(7, trying=2.2, good=6)
        day.pass_by(7, trying=1.8, good=6)
    assert day.phases() in ([], ["began"], ["began", "goes-on"])


def test_one_disruption_stays_one_through_restarts_of_the_clerk_and_of_the_gate(day):
    day.away = "biometrics"
    day.pass_by(10, trying=2)
    day.pass_by(3, trying=2, clerk=False)
    day.pass_by(30, trying=2)
    day.pass_by(40, clerk=False)
    day.pass_by(20, trying=2)
    assert set(day.phases()) == {"began", "goes-on"}
    assert day.phases().count("began") == 1
    assert len({known(one).id for one in day.told()}) == 1


def test_the_gate_that_was_not_there_tells_from_its_last_heartbeat(day):
    day.pass_by(10, good=2)
    last = day.at
    day.pass_by(25, clerk=False)
    day.look()
    assert day.phases() == ["began", "ended"]
    began, ended = map(known, day.told())
    assert (began.cause, began.since, began.id) == (Cause.ABSENT, last, ended.id)
    assert ended.until == day.at
    day.pass_by(30, good=2)
    assert day.phases() == ["began", "ended"]


def test_a_short_absence_and_a_clerk_who_slept_while_people_came_in_are_none(day):
    day.pass_by(5, good=2)
    day.pass_by(14, clerk=False)
    day.look()
    day.pass_by(60, good=1, clerk=False)
    day.look()
    assert day.told() == []


def test_a_portal_that_does_not_answer_is_told_while_it_lasts(day):
    day.pass_by(5, good=2)
    last = day.at
    for _ in range(16 * 2):
        day.at += timedelta(seconds=30)
        day.look(is_here=False)
    assert day.phases() == ["began"]
    assert known(day.told()[0]).since == last
    day.pass_by(1)
    assert day.phases() == ["began", "ended"]


def test_the_clerks_feed_tells_each_word_once_and_the_module_reads_it(day, tmp_path):
    from django.db import connection

    from qorgan.gate.feed.writing import add

    file = tmp_path / "sign-ins.json"

    def lines() -> list[bytes]:
        connection.ensure_connection()
        add(file, connection.connection)
        return file.read_bytes().splitlines()

    day.away = "biometrics"
    day.pass_by(16, trying=2)
    assert len(lines()) == 1
    day.back()
    day.pass_by(20, trying=2)
    read = [told_by(line) for line in lines() if b'"disruption"' in line]
    assert read == [known(told) for told in day.told()]
    assert [one.phase for one in read if one] == [Phase.BEGAN, Phase.ENDED]
    judge = InstitutionJudge(Redactor(b"k" * 32), own())
    events = [event for _, event in Reader("ecs").read_all(lines()).events]
    assert judge.judge(events, 1).lines == [], "what people could not do is no attack"
