"""A no is told with its rule and nothing else; time is aware."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from qorgan.kit import clock, problem
from qorgan.kit.refusal import Refusal, Unavailable


def test_the_present_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_refusal_is_told_with_code_sentence_rule_and_field() -> None:
    refusal = Refusal("card_unknown", "Карточка не найдена", "R67.12", 404, field="card")
    assert str(refusal) == "Карточка не найдена"
    assert json.loads(problem.encode(problem.of_refusal(refusal, trace="t1"))) == {
        "type": "urn:qorgan:problem:card_unknown",
        "title": "Not Found",
        "status": 404,
        "code": "card_unknown",
        "detail": "Карточка не найдена",
        "clause": "R67.12",
        "field": "card",
        "trace": "t1",
    }


def test_what_a_refusal_does_not_say_is_not_in_its_problem() -> None:
    told = json.loads(problem.encode(problem.of_refusal(Refusal("no", "No"))))
    assert sorted(told) == ["code", "detail", "status", "title", "type"]
    assert told["status"] == 403


def test_a_sentence_is_put_into_words_only_when_it_is_told() -> None:
    class Lazy:
        words = "before"

        def __str__(self) -> str:
            return self.words

    sentence = Lazy()
    refusal = Refusal("no", sentence)
    sentence.words = "after"
    assert problem.of_refusal(refusal).detail == "after"


@pytest.mark.parametrize("status", [200, 302, 500, 503, 999])
def test_a_refusal_answers_with_a_client_error_only(status: int) -> None:
    with pytest.raises(ValueError):
        Refusal("no", "No", status=status)


@pytest.mark.clause("R48.161.1")
def test_the_name_of_a_failed_service_is_for_the_log_and_not_for_the_answer() -> None:
    failure = Unavailable("digital-id", retry_after=5)
    assert "digital-id" in str(failure)
    assert b"digital-id" not in problem.encode(problem.of_unavailable(failure, "Try again"))


def test_a_failure_of_which_its_asker_may_know_has_a_code_and_words_of_its_own() -> None:
    failure = Unavailable("the shelf (day 5)", code="shelf-unreadable", message="A day cannot be read.")
    told = problem.of_unavailable(failure, "Try again")
    assert (told.status, told.code, told.type) == (503, "shelf-unreadable", "urn:qorgan:problem:shelf-unreadable")
    assert told.detail == "A day cannot be read."
    assert b"day 5" not in problem.encode(told)
