"""Programs of the market's people: each speaks by a token of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.hub.casework.conftest import Market, market, monday

__all__ = ["market", "monday"]


@dataclass
class Program:
    """What speaks for one person."""

    secret: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask; gives Django's response with `told`, the JSON it holds."""
        from django.test import Client

        said = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"} | headers
        raw = b"" if body is None else msgspec.json.encode(body)
        client = Client(SERVER_NAME="localhost")
        response = client.generic(method, f"/api/v1/{path}", raw, content_type="application/json", headers=said)
        response.told = msgspec.json.decode(response.content) if response.content else None
        return response

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self.ask("POST", path, {} if body is None else body)

    def put(self, path: str, body: Any) -> Any:
        return self.ask("PUT", path, body)


@pytest.fixture
def program(market: Market) -> Callable[..., Program]:
    """Gives a program of a person, by the short name."""
    return issuing(market)


def issuing(market: Market) -> Callable[..., Program]:
    """What gives the people of a market programs."""

    def issue(person: str, *, may_write: bool = True) -> Program:
        from qorgan.hub.api import tokens
        from qorgan.kit.clock import now

        lives = timedelta(days=1)
        _token, secret = tokens.issue("test", lives=lives, may_write=may_write, by=market.scope(person), now=now())
        return Program(secret)

    return issue
