"""A caller of the API, and what it asks, over Django's own client."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from qorgan.law.factors import Population
from tests.gate.ceremonies.people import act


@dataclass
class Asking:
    """A program that calls."""

    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str):
        from django.test import Client

        client = Client(headers={"host": "localhost", "accept-language": "en"}, raise_request_exception=False)
        sent = {"Authorization": f"Bearer {self.token}", **self.headers, **headers}
        return client.generic(
            method,
            f"/api/v1/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=sent,
        )


@pytest.fixture
def caller(gate):
    """Makes a caller of a population; an inspector has none."""
    from qorgan.gate.api import callers
    from qorgan.gate.api.models import Kind

    def made(population: Population = Population.BANK_CLIENT, kind: str = "server") -> Asking:
        of = None if kind == "inspector" else population
        return Asking(callers.register("a test's program", Kind(kind), of, act=act())[1])

    return made
