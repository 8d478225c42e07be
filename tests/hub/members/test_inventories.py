"""Inventories as people bring them: lines, CSV, CycloneDX; names in CPE 2.3 and package URLs (R67.3.2)."""

# ruff: noqa: PLC0415 - Django's tables can be named only once the fixture has set Django up

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(autouse=True)
def in_english(django_hub):
    from django.utils import translation

    with translation.override("en"):
        yield


NGINX = "cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*"
FIREWALL = r"cpe:2.3:h:example:fire\:wall_9:-:*:*:*:*:*:*:*"


def read(text):
    from qorgan.hub.members.inventory import read

    return [(one.kind, one.vendor, one.product, one.version) for one in read(text)]


def wrong(text):
    from qorgan.hub.members.inventory import read
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as refused:
        read(text)
    assert refused.value.field == "inventory"
    return str(refused.value)


@pytest.mark.clause("R67.3.2")
def test_lines_name_a_product_in_any_of_three_ways():
    text = f"""software; F5; nginx; 1.22
    жабдық; Example; Firewall 9

    {NGINX}
    {FIREWALL}
    pkg:deb/debian/openssl@3.0.11?arch=amd64
    программа; Example; Mail; 2; {NGINX}"""
    assert read(text) == [
        ("software", "F5", "nginx", "1.22"),
        ("hardware", "Example", "Firewall 9", ""),
        ("software", "f5", "nginx", "1.22.1"),
        ("hardware", "example", "fire:wall_9", ""),
        ("software", "debian", "openssl", "3.0.11"),
        ("software", "Example", "Mail", "2"),
    ]


@pytest.mark.clause("R67.3.2")
def test_a_line_that_cannot_be_is_named_by_its_number():
    for text, line in (
        ("software; a; b\nthing; X; Y", 2),
        ("software; a;", 1),
        ("\n\ncpe:2.3:a:f5:nginx", 1),
        (f"{NGINX}\ncpe:2.3:x:f5:nginx:1:*:*:*:*:*:*:*", 2),
        ("pkg:deb", 1),
        ("software; a; b; c; not-an-identifier", 1),
        ("kind,vendor,product\nsoftware,a,b\nsoftware,a,b,c", 3),
    ):
        assert f"Line {line} is not of this form" in wrong(text), text


@pytest.mark.clause("R67.3.2")
def test_csv_with_a_heading_is_read_in_any_order_of_columns():
    assert read("product;version;vendor;kind\nnginx;1.22;F5;software\n\n") == [("software", "F5", "nginx", "1.22")]
    quoted = f'\ufeffKind,Vendor,Product,CPE\nsoftware,"F5, Inc.",nginx,\nhardware,,,{FIREWALL}'
    assert read(quoted) == [("software", "F5, Inc.", "nginx", ""), ("hardware", "example", "fire:wall_9", "")]


@pytest.mark.clause("R67.3.2")
def test_a_bill_of_materials_is_read_with_what_lies_inside_its_components():
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [
            {
                "type": "application",
                "name": "nginx",
                "version": "1.22.1",
                "cpe": NGINX,
                "components": [{"type": "library", "name": "openssl", "purl": "pkg:deb/debian/openssl@3.0.11"}],
            },
            {"type": "device", "name": "Firewall 9", "supplier": {"name": "Example"}, "licenses": []},
        ],
    }
    assert read(json.dumps(bill)) == [
        ("software", "f5", "nginx", "1.22.1"),
        ("software", "debian", "openssl", "3.0.11"),
        ("hardware", "Example", "Firewall 9", ""),
    ]
    assert "not a CycloneDX list" in wrong('{"bomFormat": "SPDX"}')
    assert "not a CycloneDX list" in wrong("{")


def test_what_is_written_is_read_back_and_said_once():
    from qorgan.hub.members.inventory import read as products_of
    from qorgan.hub.members.inventory import written

    text = f"software; F5; nginx; 1.22\nsoftware; F5; nginx; 1.22\n{NGINX}\npkg:pypi/django@5.2"
    products = products_of(text)
    assert len(products) == 3
    fields = [{name: getattr(one, name) for name in one.__struct_fields__} for one in products]
    assert products_of(written(fields)) == products


@given(st.text(max_size=200))
def test_no_text_is_taken_for_a_cpe_name_unless_it_begins_like_one(text):
    from qorgan.hub.members.cpe import parse

    found = parse(text)
    assert found is None or text.startswith("cpe:2.3:")
    parse(f"cpe:2.3:{text}")


@pytest.mark.clause("R67.3.2")
@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("bank.example", True),
        ("банк.қаз", True),
        ("a-b.bank.example", True),
        ("localhost", False),
        ("-a.example", False),
        ("bank..example", False),
        ("203.0.113.7", False),
        ("bank.example/path", False),
    ],
)
def test_a_domain_is_a_domain(text, is_so):
    from qorgan.hub.members.profile import is_domain

    assert is_domain(text) is is_so


@pytest.mark.clause("R67.3.2")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("198.51.100.0/24", None),
        ("2001:db8::/32", None),
        ("203.0.113.7", None),
        ("203.0.113.7/24", "the block is 203.0.113.0/24"),
        ("0.0.0.0/0", "every address"),
        ("bank", "not a block"),
    ],
)
def test_a_network_is_a_block_of_addresses(text, words):
    from qorgan.hub.members.profile import network_fault

    found = network_fault(text)
    assert (found is None) if words is None else words in (found or "")
