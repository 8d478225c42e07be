"""CSAF advisories become warnings: whole advisories of two styles, and what is refused with its place (R67.3.5)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hub.conftest import Hub

ADVISORIES = Path(__file__).parent / "advisories"
pytestmark = pytest.mark.usefixtures("django_hub")


def raw(name: str) -> bytes:
    return (ADVISORIES / name).read_bytes()


def changed(change: Callable[[Any], object], name: str = "gateway.json") -> bytes:
    plain = json.loads(raw(name))
    change(plain)
    return json.dumps(plain).encode()


def read(data: bytes) -> Any:
    from django.utils import translation

    from qorgan.hub.warnings import csaf

    with translation.override("en"):
        return csaf.read(data)


@pytest.mark.clause("R67.3.5")
def test_an_advisory_with_two_vulnerabilities_becomes_one_warning() -> None:
    found = read(raw("gateway.json"))
    assert (found.title, found.publisher, found.advisory, found.tlp) == (
        "Example Gateway: commands run without a session",
        "Example Networks",
        "EN-2026-007",
        "TLP:CLEAR",
    )
    assert found.description.startswith("Two flaws in the web interface")
    assert found.published_at == found.update_published_at == datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
    assert found.references == ("https://networks.example/advisories/en-2026-007",)
    assert found.recommendations == (
        "Install 4.2.1. https://networks.example/download",
        "Close the web interface to the Internet.",
    )
    one, other = found.vulnerabilities
    assert (one.id, one.cwe, one.tenths, one.exploited, one.remedy) == (
        *("CVE-2026-10001", "CWE-78", 98, True, "vendor-fix"),
    )
    assert (other.id, other.tenths, other.exploited, other.details) == (
        *("CVE-2026-10002", 43, None, "vulnerable code not present"),
    )
    rows = [(one.product, one.versions, one.status.value, one.vulnerabilities) for one in found.products]
    name = "Example Networks Gateway"
    assert rows == [
        (name, "vers:generic/>=4.0|<4.2.1", "affected", ()),
        (name, "<V3.9-SP-2", "affected", ("CVE-2026-10001",)),
        (name, "4.2.1", "fixed", ()),
        (name, "<V3.9-SP-2", "not-affected", ("CVE-2026-10002",)),
    ]
    assert {one.vendor for one in found.products} == {"Example Networks"}
    assert len(found.imported_from) == 64


@pytest.mark.clause("R67.3.5")
def test_a_distribution_that_names_fixed_packages_alone_affects_those_before_them() -> None:
    found = read(raw("distribution.json"))
    rows = [(one.product, one.versions, one.status.value, one.purl, one.part_of) for one in found.products]
    within = "Example Linux Example Linux 9"
    assert rows == [
        ("libexample", "2.4.1-7.el9", "fixed", "pkg:rpm/example/libexample@2.4.1-7.el9", within),
        ("exampled", "0.17-65.el9", "fixed", "", within),
        ("libexample", "<2.4.1-7.el9", "affected", "pkg:rpm/example/libexample@2.4.1-7.el9", within),
        ("exampled", "<0.17-65.el9", "affected", "", within),
    ]
    [one] = found.vulnerabilities
    assert (one.tenths, one.vector[:8]) == (93, "CVSS:4.0")
    assert found.tlp is None
    assert found.update_published_at == datetime(2026, 11, 19, 5, 0, tzinfo=UTC)


def test_what_comes_of_a_file_lacks_only_what_the_file_left_open() -> None:
    from qorgan.hub.warnings import vulnerability

    assert vulnerability.lacks(read(raw("gateway.json"))) == []
    assert [one.field for one in vulnerability.lacks(read(raw("distribution.json")))] == ["tlp"]


def test_scores_of_csaf_2_1_are_read_where_it_puts_them() -> None:
    def new(plain: Any) -> None:
        plain["document"]["csaf_version"] = "2.1"
        plain["document"]["distribution"]["tlp"]["label"] = "AMBER+STRICT"
        one = plain["vulnerabilities"][0]
        one["metrics"] = [{"products": ["GW-4"], "content": one.pop("scores")[0]}]
        one["cwes"] = [{**one.pop("cwe"), "version": "4.16"}]

    found = read(changed(new))
    assert (found.vulnerabilities[0].tenths, found.vulnerabilities[0].cwe) == (98, "CWE-78")
    assert found.tlp == "TLP:AMBER+STRICT"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda plain: plain["document"].pop("tracking"), "$.document"),
        (lambda plain: plain["document"].update(csaf_version="1.2"), "$.document.csaf_version"),
        (
            lambda plain: plain["document"]["tracking"].update(initial_release_date="yesterday"),
            "$.document.tracking.initial_release_date",
        ),
        (lambda plain: plain.pop("vulnerabilities"), "$.vulnerabilities"),
        (lambda plain: plain["vulnerabilities"][1].update(cve="CVE-2026-10001"), "$.vulnerabilities[1]"),
        (
            lambda plain: plain["vulnerabilities"][0]["product_status"]["known_affected"].append("NOBODY"),
            "$.vulnerabilities[0].product_status.known_affected[2]",
        ),
        (
            lambda plain: plain["vulnerabilities"][1]["scores"][0]["cvss_v2"].update(vectorString="AV:N/XX:L"),
            "$.vulnerabilities[1].scores[0].cvss_v2.vectorString",
        ),
        (
            lambda plain: plain["product_tree"].update(full_product_names=[{"name": "Again", "product_id": "GW-4"}]),
            "$.product_tree.full_product_names[0]",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(change: Callable[[Any], object], place: str) -> None:
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as told:
        read(changed(change))
    assert (told.value.code, told.value.field) == ("csaf-malformed", place)
    assert place in str(told.value)


def test_a_file_that_is_too_large_or_too_deep_is_refused() -> None:
    from qorgan.hub.warnings import csaf_file
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as told:
        read(b" " * (csaf_file.LARGEST + 1))
    assert told.value.code == "csaf-too-large"

    def deep(levels: int) -> bytes:
        inner = '{"category": "product_name", "name": "x", "branches": ['
        tree = b'"product_tree": {"branches": [' + (inner * levels + "]}" * levels).encode() + b"]}, "
        return raw("gateway.json").replace(b'"product_tree": {', tree + b'"other": {', 1)

    for levels in (40, 100_000):
        with pytest.raises(Refusal, match="nested too deeply"):
            read(deep(levels))


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


def _places(plain: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    return [path, *(place for key, value in inner for place in _places(value, (*path, key)))]


_PLACES = [place for place in _places(json.loads(raw("gateway.json"))) if place]


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.sampled_from(_PLACES), junk=_JUNK)
def test_whatever_stands_in_any_place_it_is_read_or_refused(django_hub: Hub, place: tuple[Any, ...], junk: Any) -> None:
    from qorgan.hub.warnings import csaf, vulnerability
    from qorgan.kit.refusal import Refusal

    def put(plain: Any) -> None:
        for key in place[:-1]:
            plain = plain[key]
        plain[place[-1]] = junk

    try:
        found = csaf.read(changed(put))
    except Refusal as told:
        told_code = told.code
    else:
        told_code = "csaf-malformed"
        vulnerability.lacks(found)
        vulnerability.facets(found)
    assert told_code == "csaf-malformed"


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_bytes_that_are_no_advisory_are_refused(django_hub: Hub, data: bytes) -> None:
    from qorgan.hub.warnings import csaf
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as told:
        csaf.read(data)
    assert told.value.code == "csaf-malformed"
