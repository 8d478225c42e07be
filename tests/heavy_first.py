"""The order in which several processes take tests: the longest first, so that none begins when the others are done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

_HERE: Final = Path(__file__).resolve().parent
HEAVY: Final = (
    "hub/test_nothing_leaks.py",
    "faults/test_two_hundred_kills.py",
    "module/redact/test_nothing_gets_out.py",
    "module/fallback/test_the_day_asoi_is_away.py",
    "hub/api/test_its_own_description.py",
    "docs/test_tour.py",
    "module/packaging/test_it_is_installed_without_a_network.py",
    "hub/test_every_url.py",
    "hub/lives/test_a_card_and_a_call_live.py",
    "hub/lives/test_inquiries_and_reports_live.py",
    "hub/lives/test_warnings_live.py",
    "faults/test_hub_comes_back.py",
    "module/detect/test_restarts_neither_double_nor_lose.py",
    "module/run/test_faults.py",
    "module/packs/test_sets_from_the_hub.py",
    "hub/statistics/test_in_a_browser.py",
    "hub/desk/test_in_a_browser.py",
    "gate/api/test_its_own_description.py",
    "gate/pages/realms/test_ones_own_things.py",
    "gate/pages/realms/test_coming_in.py",
    "gate/pages/realms/test_by_the_institution.py",
    "gate/pages/test_in_a_browser.py",
    "gate/api/test_same_timing.py",
    "gate/oidc/test_foreign_clients.py",
)
"""Files of tests that take long, by what they took when each had a processor to itself, longest first in each room."""


def heavy_first(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """Deal the heavy files to the workers, and fill up with the rest as it stands.

    Each worker begins with one piece of the list, all of a size but for one (pytest-xdist), and what waits at the end
    of a piece goes to whoever is done with his own. A file stays in one piece: its tests share what they set up.
    """
    heavy: dict[str, list[pytest.Item]] = {name: [] for name in HEAVY}
    light: list[pytest.Item] = []
    for item in items:
        heavy.get(_name(item), light).append(item)
    hands: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for number, file in enumerate(one for one in heavy.values() if one):
        turn, seat = divmod(number, workers)
        hands[seat if turn % 2 == 0 else workers - 1 - seat].extend(file)
    ordered: list[pytest.Item] = []
    for number, hand in enumerate(hands):
        lacking = (len(items) - len(ordered)) // (workers - number) - len(hand)
        if lacking < 0:
            # A few files were named, and most of them are heavy.
            return list(items)
        ordered += [*hand, *light[:lacking]]
        del light[:lacking]
    return ordered


def _name(item: pytest.Item) -> str:
    return str(item.path.relative_to(_HERE)) if item.path.is_relative_to(_HERE) else ""
