"""A search is its URL: what was read from one is written back as the same, and nonsense is refused by name."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity

WORDS = st.text(string.ascii_letters + string.digits + "әіңғүұқөһ -_%&=#+", max_size=40).map(str.strip)
MINUTES = st.datetimes(datetime(2024, 4, 1), datetime(2099, 1, 1)).map(  # noqa: DTZ001 (given its zone here)
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)
LISTS = {
    "type": st.lists(st.sampled_from(SignalType), unique=True).map(tuple),
    "severity": st.lists(st.sampled_from(Severity), unique=True).map(tuple),
    "organisation": st.lists(st.uuids(), unique=True, max_size=3).map(tuple),
    "module": st.none() | st.uuids(),
    "sensor": WORDS,
    "rule": st.none() | st.integers(1, 2**31 - 1),
    "address": st.none() | st.ip_addresses(network="203.0.113.0/24") | st.ip_addresses(network="2001:db8::/32"),
    "domain": WORDS.map(str.lower),
    "text": WORDS.filter(lambda text: "." not in text and ":" not in text and len(text) < 32),
}


@pytest.fixture(autouse=True)
def django(django_hub: Any) -> None:
    """The portal's zone is Django's to know."""
    del django_hub


@pytest.mark.clause("R67.2")
def test_what_is_written_into_a_url_is_read_out_of_it_again() -> None:
    from ipaddress import ip_network  # noqa: PLC0415

    from qorgan.hub.signals.filters import Filters, Place, read  # noqa: PLC0415

    times = st.one_of(
        st.fixed_dictionaries({"last": st.sampled_from(["1h", "24h", "7d", "30d"])}),
        MINUTES.map(lambda at: {"last": "", "since": at, "until": at + timedelta(hours=1)}),
    )
    places = st.none() | st.builds(Place, MINUTES, st.integers(1, 2**62), st.uuids())

    @settings(max_examples=300, deadline=None)
    @given(st.fixed_dictionaries(LISTS), times, places)
    def check(plain: dict[str, Any], time: dict[str, Any], before: Any) -> None:
        plain["address"] = plain["address"] and ip_network(plain["address"])
        filters = Filters(**plain, **time, before=before)
        assert read(parse_qs(filters.query(before=before))) == filters
        assert read(parse_qs(filters.query())).before is None

    check()


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("type=wafs", "type"),
        ("severity=5", "severity"),
        ("organisation=bank", "organisation"),
        ("module=1", "module"),
        ("rule=-1", "rule"),
        ("rule=99999999999", "rule"),
        ("address=203.0.113.300", "address"),
        ("address=bank.example", "address"),
        ("hash=abc", "hash"),
        ("hash=" + "g" * 64, "hash"),
        ("last=2h", "last"),
        ("since=yesterday", "since"),
        ("since=0001-01-01T00:00", "since"),
        ("since=2026-11-22T14:00&until=2026-11-22T14:00", "until"),
        ("before=1", "before"),
        ("before=2026-11-22T14:00~1~00000000-0000-4000-8000-000000000000", "before"),
        ("q=" + "a" * 201, "q"),
        ("q=%00", "q"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_by_its_name(query: str, name: str) -> None:
    from qorgan.hub.signals.filters import FilterRefused, read  # noqa: PLC0415

    with pytest.raises(FilterRefused) as refused:
        read(parse_qs(query))
    assert refused.value.name == name


def test_one_box_tells_addresses_and_digests_from_words() -> None:
    from qorgan.hub.signals.filters import read  # noqa: PLC0415

    assert str(read({"q": ["2001:db8::7"]}).address) == "2001:db8::7/128"
    assert str(read({"q": ["198.51.100.9/24"]}).address) == "198.51.100.0/24"
    assert read({"q": ["D" * 64]}).hash == "d" * 64
    for words in ("mail.example", "4.8.0 beta", "a:b", "1.2.3.400", "1.2.3.4 login"):
        assert read({"q": [words]}).text == words


def test_times_are_those_of_almaty_to_the_minute() -> None:
    from qorgan.hub.signals.filters import read  # noqa: PLC0415

    now = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
    assert read({"since": ["2026-11-22T14:00"]}).span(now) == (
        datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        datetime(2026, 11, 22, 9, 31, tzinfo=UTC),
    )
    assert read({"last": ["1h"]}).span(now)[0] == datetime(2026, 11, 22, 8, 31, tzinfo=UTC)
    assert UUID(int=1) in read({"organisation": [str(UUID(int=1))]}).organisation
