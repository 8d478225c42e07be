"""A town for whole lives: two institutions, the centre, the portal's and the clerk's processes, one browser a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from qorgan.bench.chromium import chromium
from tests.fixtures_portal import FLAGS, a_life, enlisting, serving
from tests.hub.conftest import django_on, fresh_hub
from tests.hub.lives.steps import LANGUAGES
from tests.hub.lives.town import Town
from tests.warm import warm

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def town(template: Any, cluster: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The town of one file: its people stay signed in from test to test."""
    folder = tmp_path_factory.mktemp("town")
    with (
        fresh_hub(template, cluster, folder) as hub,
        django_on(hub),
        serving(hub, folder) as web,
        _clerk(hub, folder),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**chromium(), args=FLAGS)
        made = Town(hub, web.address, browser, enlisting(hub), folder)
        made.organisations = {
            "centre": hub.add_organisation(1, kind="authority"),
            "alpha": hub.add_organisation(2),
            "gamma": hub.add_organisation(5, kind="insurer"),
        }
        yield made
        browser.close()


@pytest.fixture
def seats(town: Town, language: str) -> Iterator[Any]:
    """Take somebody to their browser, in the language of the test. What a browser complained of fails the test.

    When the life is over, each reads the pages of it once more in the other language.
    """
    town.complaints.clear()
    taken: dict[str, Any] = {}

    def take(who: str) -> Any:
        taken[who] = town.seat(who, language)
        return taken[who]

    yield take
    (other,) = {*LANGUAGES} - {language}
    for seat in taken.values():
        seat.read_again(other)
    assert not town.complaints, "\n".join(town.complaints)


@contextmanager
def _clerk(hub: Any, folder: Path) -> Iterator[None]:
    """The clerk's process, as the hub starts it."""
    environment = os.environ | {"QORGAN_HUB_CONFIG": str(folder / "hub.toml")}
    environment |= {"QORGAN_HUB_STATE": str(hub.config.state), "DJANGO_SETTINGS_MODULE": "qorgan.hub.settings"}
    with a_life() as life, warm("qorgan.hub.run.clerk", [life], environment, folder / "clerk.log"):
        yield
