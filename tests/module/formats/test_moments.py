"""Times are understood in every shape that products write, and a missing year or zone is filled in sanely."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.module.formats.moment import Times, times_in

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
ALMATY = Times(ZoneInfo("Asia/Almaty"), NOW.timestamp)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-01T10:00:00.123456+0500", datetime(2026, 1, 1, 5, 0, 0, 123456, UTC)),
        ("2026-01-01T10:00:00Z", datetime(2026, 1, 1, 10, tzinfo=UTC)),
        ("2026-01-01T10:00:00+00:00Z", datetime(2026, 1, 1, 10, tzinfo=UTC)),
        ("2026-01-01 10:00:00,5", datetime(2026, 1, 1, 5, 0, 0, 500000, UTC)),
        ("1767261600", datetime(2026, 1, 1, 10, tzinfo=UTC)),
        ("1767261600.25", datetime(2026, 1, 1, 10, 0, 0, 250000, UTC)),
        ("1767261600123", datetime(2026, 1, 1, 10, 0, 0, 123000, UTC)),
        ("1767261600123456789", datetime(2026, 1, 1, 10, 0, 0, 123456, UTC)),
        ("Jan  1 10:00:00", datetime(2026, 1, 1, 5, tzinfo=UTC)),
        ("Jan 01 10:00:00 UTC", datetime(2026, 1, 1, 10, tzinfo=UTC)),
        ("Jan 01 2025 10:00:00.5 MSK", datetime(2025, 1, 1, 7, 0, 0, 500000, UTC)),
        ("Thu Jan  1 10:00:00 2026", datetime(2026, 1, 1, 5, tzinfo=UTC)),
        ("Thu Jan 01 10:00:00.123456 2026", datetime(2026, 1, 1, 5, 0, 0, 123456, UTC)),
        ("Thu Jan 01 10:00:00 CST 2026", datetime(2026, 1, 1, 16, tzinfo=UTC)),
        ("01/Jan/2026:10:00:00 +0000", datetime(2026, 1, 1, 10, tzinfo=UTC)),
        ("01/Jan/2026:10:00:00.000123 -0330", datetime(2026, 1, 1, 13, 30, 0, 123, UTC)),
        ("Thu, 01 Jan 2026 10:00:00 GMT", datetime(2026, 1, 1, 10, tzinfo=UTC)),
        ("2026/01/01 10:00:00", datetime(2026, 1, 1, 5, tzinfo=UTC)),
        ("01/02/2026-10:00:00.000001", datetime(2026, 1, 2, 5, 0, 0, 1, UTC)),
        ("January 1 2026 10:00:00 GMT+05:00", datetime(2026, 1, 1, 5, tzinfo=UTC)),
        ("Jan  1 23:59:60", datetime(2026, 1, 1, 18, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_its_shape(text: str, moment: datetime) -> None:
    assert ALMATY.read(text) == moment


def test_a_time_without_a_year_is_the_latest_that_is_not_in_the_future() -> None:
    december = ALMATY.read("Dec 31 23:00:00")
    assert december is not None
    assert december.year == 2025
    # A sender whose clock runs a little ahead is still believed.
    ahead = ALMATY.read("Jan  3 10:00:00")
    assert ahead is not None
    assert ahead.year == 2026
    leap = ALMATY.read("Feb 29 10:00:00")
    assert leap is not None
    assert leap.year == 2024


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "soon",
        "0",
        "12",
        "99999999999999999999999",
        "Xyz 01 10:00:00",
        "2026-13-01T00:00:00",
        "Jan 32 10:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "Jan 01 0000 10:00:00",
        "x" * 500,
    ],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert ALMATY.read(text) is None


@given(st.text(max_size=70))
def test_nothing_raises(text: str) -> None:
    ALMATY.read(text)


@given(st.integers(-363 * 86_400, 86_000))
def test_the_year_of_any_moment_of_the_last_year_is_found_again(seconds: int) -> None:
    here = (NOW + timedelta(seconds=seconds)).astimezone(ZoneInfo("Asia/Almaty"))
    assert ALMATY.read(here.strftime("%b %d %H:%M:%S")) == here


def test_the_zone_is_the_configured_one() -> None:
    found = times_in("Asia/Tokyo").read("2026-01-01 10:00:00")
    assert found is not None
    assert found.utcoffset() == timedelta(hours=9)
