"""Employees with duties, signed in through the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from qorgan.kit.clock import now
from qorgan.law.factors import Population
from tests.gate.ceremonies.people import PASSWORD, Somebody, act, somebody
from tests.gate.pages.conftest import barriers, enter, picture

if TYPE_CHECKING:
    from django.test import Client

__all__ = ["barriers", "enter", "picture"]


def with_duties(number: int, *duties: str) -> Somebody:
    """A new employee who has these duties."""
    from qorgan.gate.console import duties as giving
    from qorgan.gate.console.rights import Duty

    made = somebody(Population.EMPLOYEE, number)
    for one in duties:
        giving.give_by_command(made.id, Duty(one), act=act(reason="a test"))
    return made


@pytest.fixture
def at_console(gate: Any, visitor: Callable[[], Client]) -> Callable[..., tuple[Client, Somebody]]:
    """The browser of an employee who has these duties and has signed in; and who they are."""

    def come(number: int, *duties: str) -> tuple[Client, Somebody]:
        browser, person = visitor(), with_duties(number, *duties)
        sign_in(browser, person)
        return browser, person

    return come


def sign_in(browser: Client, person: Somebody) -> None:
    """Through the pages, by password and code."""
    browser.post("/sign-in", {"for": person.population.value, "identifier": person.identifier})
    browser.post("/step/prove/password", {"password": PASSWORD})
    answer = browser.post("/step/prove/one-time-code", {"code": person.code(now())})
    assert answer.status_code == 303, answer.content.decode()
