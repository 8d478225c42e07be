"""The gate that fails by itself, or answers too late, is found by its own answers, through kills of its process too."""

from __future__ import annotations

import time
from datetime import timedelta
from http import HTTPStatus

import msgspec
import pytest

from qorgan.wire.disruption import Cause, Disruption

pytestmark = pytest.mark.clause("R67.12")


def told(day):
    return [msgspec.convert(detail, Disruption) for _event, _reason, detail in day.told()]


@pytest.mark.parametrize(("fault", "slow", "cause"), [(True, False, Cause.GATE), (False, True, Cause.SLOW)])
def test_faults_and_slowness_are_told_apart_and_end(day, tmp_path, fault, slow, cause):
    from qorgan.gate.disruption.steps import Steps, folder_of

    window = timedelta(minutes=15)
    first, second = Steps(folder_of(tmp_path), window), Steps(folder_of(tmp_path), window)
    for minute in range(18):
        # The process is killed meanwhile, and another goes on.
        one = first if minute < 9 else second
        for number, bad in enumerate((True, True, False)):
            at = day.at - timedelta(seconds=5 - number)
            one.count(at, is_fault=fault and bad, is_slow=slow and bad)
        day.pass_by(1)
    (began,) = told(day)
    assert (began.cause, began.failed) == (cause, 0)
    assert began.hindered * 3 == began.steps * 2
    day.pass_by(20, good=1)
    assert day.phases() == ["began", "ended"]


def test_what_went_well_is_written_once_a_second_and_what_did_not_at_once(day, tmp_path):
    from qorgan.gate.disruption.steps import Steps, folder_of, spans

    counting = Steps(folder_of(tmp_path), timedelta(minutes=15))

    def written(after, **bad):
        counting.count(day.at + timedelta(milliseconds=after), **{"is_fault": False, "is_slow": False, **bad})
        return sum(one.steps for one in spans(folder_of(tmp_path), day.at))

    assert [written(0), written(10), written(999)] == [1, 1, 1]
    assert written(1001) == 4
    assert written(1002, is_fault=True) == 5
    assert written(1003, is_slow=True) == 6
    assert written(1004) == 6
    # A clock that was put back is no reason to wait for it.
    assert written(-5000) == 8


def test_only_steps_of_ceremonies_count_and_neither_refusals_nor_services_that_are_away(day, tmp_path):
    from django.http import HttpResponse
    from django.test import RequestFactory

    from qorgan.gate.disruption.steps import StepsMiddleware, folder_of, spans

    said = {"status": HTTPStatus.OK, "after": 0.0}

    def answer(_request):
        time.sleep(said["after"])
        return HttpResponse(status=said["status"])

    counting, make = StepsMiddleware(answer), RequestFactory()
    counting._slow = 0.05
    for path, status, after in (
        ("/step/prove/password", HTTPStatus.OK, 0),
        ("/api/v1/sign-ins", HTTPStatus.INTERNAL_SERVER_ERROR, 0),
        ("/oidc/token", HTTPStatus.OK, 0.1),
        ("/sign-in", HTTPStatus.FORBIDDEN, 0.1),
        ("/api/v1/ceremonies/1/challenges", HTTPStatus.SERVICE_UNAVAILABLE, 0),
        ("/console/people", HTTPStatus.INTERNAL_SERVER_ERROR, 0),
        ("/sign-in-elsewhere", HTTPStatus.INTERNAL_SERVER_ERROR, 0),
    ):
        said.update(status=status, after=after)
        assert counting(make.post(path)).status_code == status
    counting(make.get("/step"))
    (span,) = spans(folder_of(tmp_path), day.at)
    assert (span.steps, span.hindered, span.slow) == (3, 2, 1)
