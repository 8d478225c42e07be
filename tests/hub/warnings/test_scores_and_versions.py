"""CVSS vectors score what their specifications say, and versions are ordered as their makers order them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.hub.warnings import score, versions


@pytest.mark.parametrize(
    ("vector", "version", "tenths", "rank"),
    [
        # Examples of the guides of FIRST: CVE-2002-0392, CVE-2013-1937, CVE-2014-3566, CVE-2014-0160.
        ("AV:N/AC:L/Au:N/C:N/I:N/A:C", "2.0", 78, 3),
        ("(AV:N/AC:L/Au:N/C:C/I:C/A:C)", "2.0", 100, 4),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", "3.0", 61, 2),
        ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", "3.1", 31, 1),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "3.1", 75, 3),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "3.1", 98, 4),
        ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", "3.1", 0, 0),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "4.0", 93, 4),
        ("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "4.0", 73, 3),
    ],
)
def test_known_vectors_score_what_their_guides_say(vector: str, version: str, tenths: int, rank: int) -> None:
    found = score.read(vector)
    assert found is not None
    assert (found.version, found.tenths, score.rank(found.tenths)) == (version, tenths, rank)


@given(st.text(max_size=60) | st.from_regex(r"CVSS:[234]\.[01](/[A-Z]{1,3}:[A-Z]){0,12}", fullmatch=True))
def test_any_text_is_a_vector_or_is_none(text: str) -> None:
    found = score.read(text)
    assert found is None or 0 <= found.tenths <= 100


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("1.9", "1.10"),
        ("4.2.0", "4.2.1"),
        ("15.2(4)E", "15.2(4)E1"),
        ("2.0rc1", "2.0"),
        ("V17", "V17 Update 5"),
        ("10.0.20348.2700", "10.0.20348.2701"),
        ("3.0.7", "3.1"),
    ],
)
def test_generic_versions_are_ordered_by_their_runs(earlier: str, later: str) -> None:
    assert versions.generic(earlier) < versions.generic(later)
    assert versions.generic(later) > versions.generic(earlier)


_VERSION = st.from_regex(r"v?[0-9]{1,3}(\.[0-9]{1,3}){0,3}(rc[0-9]|-[a-z]{1,3})?", fullmatch=True)


@given(_VERSION, _VERSION, _VERSION)
def test_the_order_of_generic_versions_is_total(one: str, two: str, three: str) -> None:
    first, second, third = sorted(map(versions.generic, (one, two, three)))
    assert first <= second <= third
    assert first <= third
    assert (versions.generic(one) == versions.generic(two)) == (
        not versions.generic(one) < versions.generic(two) and not versions.generic(two) < versions.generic(one)
    )
    if versions.generic(one) == versions.generic(two):
        assert hash(versions.generic(one)) == hash(versions.generic(two))


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("", ["1", "99"], []),
        ("vers:all/*", ["1"], []),
        ("4.2.0", ["4.2.0", "4.2"], ["4.2.1", "4.1"]),
        ("<4.2.1", ["4.2.0", "1"], ["4.2.1", "5"]),
        (">=4.0|<4.2.1", ["4.0", "4.2"], ["3.9", "4.2.1"]),
        (">=1.0|<1.5|>=2.0|<2.3", ["1.2", "2.0", "2.2.9"], ["0.9", "1.5", "1.9", "2.3"]),
        ("4.2.x", ["4.2.0", "4.2.99"], ["4.1.9", "4.3"]),
        (">=1|!=1.5", ["1.4", "2"], ["1.5", "0.9"]),
        ("vers:deb/<1.2-3+deb12u1", ["1.2-3", "1.2~rc1"], ["1.2-3+deb12u1", "1.3"]),
        ("vers:rpm/<1.1.1k-5.el8_5", ["1.1.1g-15.el8", "1.1.1k-5.el8"], ["1.1.1k-6.el8"]),
        ("vers:pypi/>=2.0|<2.3.2", ["2.3.1.post1", "2.0"], ["2.3.2", "1.9"]),
    ],
)
def test_ranges_hold_what_they_say(text: str, inside: list[str], outside: list[str]) -> None:
    found = versions.read(text)
    assert found is not None
    assert [version for version in inside if not versions.holds(found, version)] == []
    assert [version for version in outside if versions.holds(found, version) is not False] == []


@pytest.mark.parametrize("text", ["with Ethernet interface", "vers:", "vers:generic", ">=", "<a b", "1 | 2 3"])
def test_what_is_no_range_is_not_taken_for_one(text: str) -> None:
    assert versions.read(text) is None


def test_what_cannot_be_compared_is_not_decided() -> None:
    within = versions.read("<4.2")
    assert within is not None
    assert versions.holds(within, "") is None
    assert versions.holds(within, "!!") is None


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_text_breaks_the_reading_or_the_comparing(text: str, version: str) -> None:
    found = versions.read(text)
    if found is not None:
        assert versions.holds(found, version) in {True, False, None}


@settings(max_examples=1_000)
@given(
    st.sampled_from([*sorted(versions._ECOSYSTEMS), "nuget", "intdot", "all", "none"]),
    st.text(max_size=20),
)
def test_no_version_breaks_the_order_of_an_ecosystem(scheme: str, version: str) -> None:
    found = versions.read(f"vers:{scheme}/>=1.0|<2.0")
    assert found is not None
    assert versions.holds(found, version) in {True, False, None}
