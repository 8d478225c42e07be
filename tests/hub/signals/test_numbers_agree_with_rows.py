"""The numbers beside a search are those of the rows it finds, and say so when they are only a part."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from tests.hub.signals.test_search_finds_what_is_asked import SEARCHES

if TYPE_CHECKING:
    from tests.hub.signals.conftest import AsIf, Seeded


def numbers(query: str, now: Any) -> Any:
    from qorgan.hub.signals.counts import count  # noqa: PLC0415 (Django is set up only now)
    from qorgan.hub.signals.filters import read  # noqa: PLC0415

    return count(read(parse_qs(query)), now)


@pytest.mark.clause("R67.2")
def test_numbers_by_type_severity_institution_rule_and_time_add_up_to_the_rows(seeded: Seeded, as_if: AsIf) -> None:
    for query, where, values in SEARCHES:
        with as_if("centre"):
            found = numbers(f"{query}&last=7d", seeded.now)
        rows = seeded.hub.rows(f"SELECT type, severity, organisation_id, rule FROM signal WHERE {where}", *values)
        assert not found.bounded, query
        assert +found.types == Counter(row[0] for row in rows), query
        assert +found.severities == Counter(row[1] for row in rows), query
        assert +found.organisations == Counter(row[2] for row in rows), query
        assert +found.rules == Counter(row[3] for row in rows), query
        assert sum(whole for whole, _grave in found.bars.values()) == len(rows), query
        assert sum(grave for _whole, grave in found.bars.values()) == sum(row[1] >= 3 for row in rows), query


def test_bars_cover_the_time_without_gap_in_the_portals_zone(seeded: Seeded, as_if: AsIf) -> None:
    for query in ("last=1h", "last=24h", "last=7d", "last=30d"):
        with as_if("centre"):
            found = numbers(query, seeded.now)
        starts = sorted(found.bars)
        assert starts[0] <= found.since < starts[0] + found.width
        assert starts[-1] < found.until <= starts[-1] + found.width
        assert all(later - earlier == found.width for earlier, later in pairwise(starts))
        assert len(starts) <= 102
        if found.width >= timedelta(hours=1):
            assert all((start + timedelta(hours=5)).hour % (found.width // timedelta(hours=1)) == 0 for start in starts)


def test_a_number_that_stops_at_its_bound_says_so(seeded: Seeded, as_if: AsIf, monkeypatch: pytest.MonkeyPatch) -> None:
    from qorgan.hub.signals import counts  # noqa: PLC0415

    monkeypatch.setattr(counts, "BOUND", 25)
    with as_if("centre"):
        found = numbers("address=203.0.113.0/24&last=7d", seeded.now)
    assert found.bounded
    assert found.total == 25
    newest = seeded.hub.rows(
        "SELECT type FROM signal WHERE source_address << '203.0.113.0/24' ORDER BY received_at DESC LIMIT 25"
    )
    assert len(newest) == 25


@pytest.mark.clause("R67.4")
def test_an_institutions_numbers_are_its_own(seeded: Seeded, as_if: AsIf) -> None:
    own = seeded.parties[2].organisation
    for query in ("last=7d", "type=ids&last=7d", "address=203.0.113.0/24&last=7d", "q=exploit&last=7d"):
        with as_if("institution", own):
            found = numbers(query, seeded.now)
        assert set(+found.organisations) <= {own}, query
        assert found.total > 0, query
