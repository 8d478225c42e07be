"""Every product that stands in a file is read as its own test records say, found by itself among all formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from qorgan.module.event import Event
from qorgan.module.formats.product import FieldsRefused, Product, own_products, read_products
from qorgan.module.formats.reading import Reader

TESTS = [(each, test) for each in own_products() for test in each.test]
GOOD = """
[[product]]
name = "door"
vendor = "Example"
product = "Door"
formats = ["json"]
having = ["door_id"]
fields = { opened_by = "user" }
test = [{ record = "{}" }]
"""


@pytest.mark.clause("R67.7")
@pytest.mark.parametrize(("product", "test"), TESTS, ids=[each.name for each, _ in TESTS])
def test_a_products_own_record_says_what_its_file_says(product: Product, test: dict[str, str | int]) -> None:
    found = Reader().read(str(test["record"]).encode())
    assert isinstance(found, Event)
    assert found.format in product.formats
    if product.vendor:
        assert (found.vendor, found.product) == (product.vendor, product.product)
    said = {name: getattr(found, name) for name in test if name != "record"}
    assert said == {name: value for name, value in test.items() if name != "record"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (GOOD.replace('having = ["door_id"]', ""), "by nothing"),
        (GOOD.replace('"user"', '"usr"'), "no field usr"),
        (GOOD + 'set = { activity = "dancing" }', "activity cannot be dancing"),
        (GOOD + 'set = { colour = "red" }', "no field colour"),
        (GOOD.replace('["json"]', "[]"), "formats"),
        ("product = 5", "array"),
        ("[", "fields-x.toml"),
    ],
)
def test_a_file_with_a_fault_is_refused_with_what_is_wrong(tmp_path: Path, wrong: str, says: str) -> None:
    path = tmp_path / "fields-x.toml"
    path.write_text(wrong)
    with pytest.raises(FieldsRefused, match=says):
        read_products(path)


def test_a_file_without_a_fault_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "fields-x.toml"
    path.write_text(GOOD)
    assert [each.name for each in read_products(path)] == ["door"]
