"""The sandbox's registries over real sockets, with the gate configured to ask them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from qorgan.gate.config import Config, load
from qorgan.gate.providers import configured
from qorgan.gate.providers.sandbox.running import answering, write_settings
from qorgan.gate.providers.sandbox.services import Services
from tests.gate.fixtures_people import NOW

if TYPE_CHECKING:
    from tests.gate.conftest import Gate


@dataclass
class Hands:
    """A clock that a test turns."""

    at: datetime = field(default=NOW)

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Registries:
    """What a test does to the registries, and what they saw."""

    services: Services
    base: str
    config: Config
    hands: Hands

    def act(self, page: str, *, face: str = "same", wrong: int = 0) -> str:
        """Follow the provider's page as a tester does, the first commands wrongly if told so. Gives the last page."""
        with httpx.Client(follow_redirects=True, trust_env=False) as browser:
            text = browser.get(page).text
            while 'data-command="' in text:
                command = text.split('data-command="')[1].split('"')[0]
                done = command if wrong <= 0 else next(one for one in ("nod", "smile") if one != command)
                wrong -= 1
                text = browser.post(page, data={"do": done, "face": face}).text
            return text

    def code(self, phone: str) -> str:
        """The digits in the last message to a number; empty where there is none."""
        texts = [message.text for message, _ in self.services.messages.received.values() if message.to == phone]
        return next((word for word in reversed(" ".join(texts).split()) if word.isdecimal()), "")


@pytest.fixture
def registries(gate: Gate, tmp_path: Path) -> Iterator[Registries]:
    """The registries, which begin at the time at which the fixtures' clock stands still."""
    from django.test import override_settings

    hands = Hands()
    services = Services(hands, slow_seconds=3)
    with answering(services) as base:
        tables = write_settings(tmp_path / "sandbox", base, services).read_text(encoding="utf-8")
        file = tmp_path / "gate.toml"
        file.write_text(f'state = "{gate.config.state}"\norigin = "{gate.config.origin}"\n{tables}', encoding="utf-8")
        config = load(file, {})
        with override_settings(CONFIG=config):
            yield Registries(services, base, config, hands)
        configured.close(config)
