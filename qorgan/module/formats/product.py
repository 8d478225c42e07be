"""Products that write names and values, as data: by which names they are known, and what those names mean with them.

A product that stands in no file is read by the vocabulary alone; a file says only what the vocabulary cannot know.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Event, Outcome
from qorgan.module.format_names import FormatName
from qorgan.module.formats.moment import Times
from qorgan.module.formats.pairs import Sensor, event_of
from qorgan.module.formats.vocabulary import FIELDS
from qorgan.wire.signal import Action

FOLDER: Final = Path(__file__).parent / "products"
_FILES: Final = "fields-*.toml"
_ENUMS: Final[dict[str, type[Activity | Outcome | Action | Severity]]] = {
    "activity": Activity,
    "outcome": Outcome,
    "action": Action,
    "severity": Severity,
}
_FROM: Final = ">="
_MOST_DIGITS: Final = 12
_TEXTS: Final = frozenset(("vendor", "product", "kind", "rule_name", "rule_id", "category", "application", "protocol"))

Id = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?\Z")]
Where = dict[str, str | list[str]]
"""Names to the value they must have, or one of several, without case. `*` at an end stands for anything there, alone
for any value; `>=60` for a number from 60 on."""


class FieldsRefused(Exception):
    """A file of products cannot be used. One line: which file, which product, what is wrong."""


class When(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a kind of the product's records is, beyond what its names say."""

    where: Where
    set: dict[str, str] = {}
    fields: dict[str, str] = {}


class Product(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One product as written."""

    name: Id
    vendor: str
    product: str
    formats: Annotated[tuple[FormatName, ...], Meta(min_length=1)]
    having: tuple[str, ...] = ()
    """Names that its records have, all of them."""
    where: Where = {}
    words: tuple[str, ...] = ()
    """Words before its pairs or in its syslog tag, one of which must be there; lower-case."""
    columns: tuple[str, ...] = ()
    """Names of its columns, for a format of columns without names; empty for a column that is not wanted."""
    fields: dict[str, str] = {}
    """Its own names, and which field of an Event each fills."""
    severity: dict[str, str] = {}
    """Its own words or numbers for how grave something is, lower-case, and the grade of each."""
    set: dict[str, str] = {}
    """Fields that are the same in all its records. A category is added to what the record says."""
    when: tuple[When, ...] = ()
    """Each whose `where` fits is heeded, in their order."""
    test: Annotated[tuple[dict[str, str | int], ...], Meta(min_length=1)]
    """Records (`record`) with fields that must come of them."""

    def fits(self, pairs: Mapping[str, str], head: str) -> bool:
        """Whether a record is of this product."""
        if not all(name in pairs for name in self.having) or not _holds(self.where, pairs):
            return False
        return not self.words or any(word in head for word in self.words)

    def event(self, pairs: Mapping[str, str], record: str, sensor: Sensor, times: Times) -> Event:
        """The event of one of its records."""
        sensor = replace(sensor, vendor=self.vendor or sensor.vendor, product=self.product or sensor.product)
        fields, fixed, categories = self.fields, _fixed(self.set), [self.set.get("category", "")]
        for each in self.when:
            if _holds(each.where, pairs):
                fields = {**fields, **each.fields}
                fixed |= _fixed(each.set)
                categories.append(each.set.get("category", ""))
        if grade := self._grade(pairs):
            fixed.setdefault("severity", grade)
        return event_of(
            pairs, record=record, sensor=sensor, times=times, renamed=fields, fixed=fixed, categories=categories
        )

    def _grade(self, pairs: Mapping[str, str]) -> Severity | None:
        for name, field in self.fields.items():
            if field == "severity" and (word := self.severity.get(pairs.get(name, "").lower())):
                return Severity(word)
        return None


class Products:
    """Products of one format, found by the names that they have."""

    def __init__(self, products: list[Product]) -> None:
        self._by_name: dict[str, list[Product]] = {}
        self._by_words: list[Product] = []
        # What asks for more is asked first.
        for each in sorted(products, key=lambda each: -len(each.having) - len(each.where)):
            if each.having or each.where:
                self._by_name.setdefault(next(iter((*each.having, *each.where))), []).append(each)
            else:
                self._by_words.append(each)

    def find(self, pairs: Mapping[str, str], head: str = "") -> Product:
        """The product that wrote a record, or nobody's."""
        head = head.lower()
        for name, products in self._by_name.items():
            if name in pairs:
                for each in products:
                    if each.fits(pairs, head):
                        return each
        return next((each for each in self._by_words if each.fits(pairs, head)), NOBODYS)


NOBODYS: Final = Product(name="nobodys", vendor="", product="", formats=("json",), test=({},))


@cache
def own_products() -> tuple[Product, ...]:
    """The products that come with the module. Raises FieldsRefused."""
    found: dict[str, Product] = {}
    for path in sorted(FOLDER.glob(_FILES)):
        for each in read_products(path):
            if each.name in found:
                raise FieldsRefused(f"{path.name}: {each.name}: another product has this name")
            found[each.name] = each
    return tuple(found.values())


@cache
def products_of(format_name: str) -> Products:
    """The products of one format."""
    return Products([each for each in own_products() if format_name in each.formats])


def read_products(path: Path) -> tuple[Product, ...]:
    """The products of one file. Raises FieldsRefused."""
    try:
        written = msgspec.convert(tomllib.loads(path.read_text("utf-8")), dict[str, tuple[Product, ...]])
    except OSError as error:
        raise FieldsRefused(f"{path.name}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise FieldsRefused(f"{path.name}: {error}") from None
    products = written.get("product", ())
    for each in products:
        if fault := _fault(each):
            raise FieldsRefused(f"{path.name}: {each.name}: {fault}")
    return products


def _fault(product: Product) -> str:
    if not (product.having or product.where or product.words or product.columns):
        return "says by nothing how it is known"
    named = [*product.fields.values(), *(field for each in product.when for field in each.fields.values())]
    if unknown := next((field for field in named if field not in FIELDS), ""):
        return f"fields: there is no field {unknown}"
    for fixed in (product.set, *(each.set for each in product.when)):
        for name, value in fixed.items():
            if name not in _TEXTS and name not in _ENUMS:
                return f"set: there is no field {name}"
            if name in _ENUMS and value not in list(_ENUMS[name]):
                return f"set: {name} cannot be {value}"
    return ""


def _holds(where: Where, pairs: Mapping[str, str]) -> bool:
    return all(_is(pairs.get(name, "").lower(), wanted) for name, wanted in where.items())


def _is(value: str, wanted: str | list[str]) -> bool:
    return any(_is_one(value, each) for each in ((wanted,) if isinstance(wanted, str) else wanted))


def _is_one(value: str, wanted: str) -> bool:
    if wanted.startswith(_FROM):
        number = value.partition(".")[0]
        return number.isdecimal() and len(number) < _MOST_DIGITS and int(number) >= int(wanted.removeprefix(_FROM))
    if wanted.startswith("*"):
        return bool(value) and wanted.strip("*") in value
    return value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted


def _fixed(written: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: _ENUMS[name](value) if name in _ENUMS else value for name, value in written.items() if name != "category"
    }
