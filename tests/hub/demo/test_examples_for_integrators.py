"""What docs/operate/integrators.md shows is run: the calls against a portal, the check against calls of the hub."""

from __future__ import annotations

import base64
import os
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.hub.casework.conftest import Market, market

__all__ = ["market"]

PAGE = Path(__file__).resolve().parents[3] / "docs" / "operate" / "integrators.md"
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def test_the_calls_with_curl_put_a_card_before_the_head(market: Market, web: Any) -> None:
    from qorgan.hub.api import tokens
    from qorgan.kit.clock import now

    by = market.scope("alpha_maker")
    _token, secret = tokens.issue("test", lives=timedelta(hours=1), may_write=True, by=by, now=now())
    environment = os.environ | {"TOKEN": secret, "ASOI": web.address}
    script = "\n".join(blocks("sh"))
    done = subprocess.run(["bash", "-eu", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert market.hub.rows("SELECT state FROM document_draft") == [("proposed",)]


@pytest.fixture
def check() -> Callable[..., bool]:
    names: dict[str, Any] = {}
    exec(blocks("python")[0], names)
    return names["is_from_asoi"]


def test_the_check_believes_the_hubs_calls_and_nothing_else(django_hub: Any, check: Callable[..., bool]) -> None:
    from qorgan.hub.notices.calling import PREFIX, signed

    secret, body = PREFIX + base64.b64encode(b"k" * 32).decode(), b'{"type": "incident-card.life.return"}'
    headers = signed(uuid4(), body, secret, NOW)
    at = NOW.timestamp()
    assert check(body, headers, secret, at)
    assert not check(body + b" ", headers, secret, at)
    assert not check(body, headers | {"webhook-id": "msg_other"}, secret, at)
    assert not check(body, headers, PREFIX + base64.b64encode(b"o" * 32).decode(), at)
    assert not check(body, headers, secret, at + 301)


def test_the_body_that_is_shown_has_the_fields_that_are_sent(django_hub: Any) -> None:
    import msgspec

    from qorgan.hub.notices.calling import Event, Told

    shown = msgspec.json.decode(blocks("json")[0])
    assert set(shown) == set(Event.__struct_fields__)
    told = msgspec.convert(shown["data"], Told)
    assert shown["type"] == f"{told.kind}.{told.what}"
