"""Attempts to sign in reach the institution's module as log lines, each once, and become the signals that they are."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from qorgan.gate.database.connection import Role
from qorgan.gate.feed.lines import place_of
from qorgan.gate.feed.writing import FeedDamaged, add
from qorgan.gate.journal.entry import Entry, Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.rows import write_by
from qorgan.law.asoi import SignalType
from qorgan.module.classify.decide import own
from qorgan.module.detect.settings import DetectTable
from qorgan.module.detect.windows import Windows
from qorgan.module.formats.reading import Reader
from qorgan.module.judging import InstitutionJudge
from qorgan.module.redact.fields import Redactor
from qorgan.wire import record

NOW = datetime.now(UTC).replace(microsecond=0)


def attempt(subject: str, address: str = "198.51.100.7", at: datetime = NOW) -> Entry:
    return Entry(
        event=Event.FACTOR_PROVEN,
        outcome="failed",
        at=at,
        whence=Whence(address, 40_000, "test", "trace"),
        population="bank-client",
        factors=("password",),
        reason="wrong",
        detail={"subject": subject},
    )


@pytest.fixture
def write(gate):
    def written(*entries: Entry) -> None:
        with psycopg.connect(gate.url(Role.WEB)) as own_connection:
            for entry in entries:
                write_by(own_connection, entry)

    return written


@pytest.fixture
def told(gate, tmp_path):
    file = tmp_path / "feed" / "sign-ins.json"

    def more() -> list[bytes]:
        with psycopg.connect(gate.url(Role.CLERK), autocommit=True) as clerk:
            add(file, clerk)
        return file.read_bytes().splitlines() if file.exists() else []

    more.file = file
    return more


def judged(lines: list[bytes]) -> list[SignalType]:
    redactor = Redactor(b"k" * 32)
    judge = InstitutionJudge(redactor, own(), Windows(DetectTable(), b"k" * 32, redactor.inside))
    events = [event for _, event in Reader("ecs").read_all(lines).events]
    assert len(events) == len(lines)
    return [record.decode(line).type for line in judge.judge(events, 1).lines]


@pytest.mark.clause("R67.8.7")
def test_guessing_at_the_gate_is_a_signal_of_guessing(write, told):
    account = uuid4().hex
    write(*(attempt(account, at=NOW + timedelta(seconds=number)) for number in range(40)))
    lines = told()
    assert len(lines) == 40
    assert judged(lines) == [SignalType.GUESS]


@pytest.mark.clause("R67.8.8")
def test_spraying_at_the_gate_is_a_signal_of_spraying(write, told):
    write(*(attempt(uuid4().hex, at=NOW + timedelta(seconds=number)) for number in range(60)))
    assert judged(told()) == [SignalType.SPRAY]


def test_each_attempt_is_told_once_whenever_its_transaction_ends(gate, write, told):
    with psycopg.connect(gate.url(Role.WEB)) as slow:
        write_by(slow, attempt("slow"))
        write(attempt("quick"))
        assert told() == []
        slow.commit()
    assert [b"slow" in line for line in told()] == [True, False]
    assert len(told()) == 2


def test_a_line_that_was_begun_by_somebody_killed_is_taken_off_and_told_again(write, told):
    write(*(attempt(f"one-{number}") for number in range(5)))
    whole = told()
    chance = random.Random(4)
    content = told.file.read_bytes()
    for _ in range(20):
        told.file.write_bytes(content[: chance.randrange(len(content))])
        assert told() == whole


def test_a_rotated_file_is_gone_on_from_and_a_foreign_one_is_refused(write, told):
    write(attempt("one"))
    (first,) = told()
    told.file.rename(told.file.with_name("sign-ins.json.1"))
    assert told() == []
    write(attempt("two"))
    (second,) = told()
    assert place_of(second).id > place_of(first).id
    told.file.write_bytes(b"something else\n")
    with pytest.raises(FeedDamaged, match="none of the gate's"):
        told()


def test_nothing_that_names_anybody_is_told(gate, write, told):
    write(attempt("0123456789abcdef"))
    (line,) = told()
    assert place_of(line).at == NOW
    assert oct(told.file.stat().st_mode)[-3:] == "640"
    assert b"test" not in line
