"""The clerk does the rooms' standing work when it is due, and one room's trouble is no other's."""

from __future__ import annotations

import logging
import threading
import time

from qorgan.gate.database.connection import Role
from qorgan.gate.run.clerk import JOBS, Clerk, Job, _function
from qorgan.kit.database.connection import django_database


def working(*jobs):
    """A clerk at work in a thread, as long as a test looks on."""
    clerk = Clerk(tuple((Job(do.__name__, every), do) for do, every in jobs))
    thread = threading.Thread(target=clerk.work)
    thread.start()
    return clerk, thread


def until(what):
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_each_job_comes_back_and_one_that_fails_or_hangs_keeps_no_other_from_its_work(gate, caplog):
    failed, done, hanging = [], [], threading.Event()

    def hangs():
        hanging.wait(20)
        return 0

    def fails():
        failed.append(1)
        raise RuntimeError("the table is away")

    def works():
        done.append(1)
        return 1

    with caplog.at_level(logging.ERROR):
        clerk, thread = working((hangs, 0.01), (fails, 0.01), (works, 0.01))
        until(lambda: len(failed) > 2 and len(done) > 2)
        hanging.set()
        clerk.stop()
        thread.join(10)
    assert not thread.is_alive()
    assert "fails failed; it is tried again in 0.01 s" in caplog.text


def test_a_job_waits_for_its_turn_and_the_end_waits_for_nothing(gate):
    done = []
    clerk, thread = working((lambda: done.append(1) or 1, 3600))
    until(lambda: done)
    clerk.stop()
    thread.join(60)
    assert not thread.is_alive(), "its next turn is in an hour"
    assert done == [1]


def test_every_registered_job_is_there_and_does_no_harm_to_an_empty_gate(gate):
    from django.db import connections

    connection = connections["default"]
    connection.close()
    # As in its process, where Django's one connection is the clerk's.
    connection.settings_dict.update(django_database(gate.url(Role.CLERK)))
    for job in JOBS:
        assert _function(job.place)() >= 0, job.place
        assert job.every >= 1
