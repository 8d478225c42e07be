"""An inventory as people bring it: lines typed by hand, CSV with a heading, or CycloneDX in JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final, Literal

import msgspec
from django.utils.translation import gettext
from msgspec import Struct
from packageurl import PackageURL

from qorgan.hub.members import cpe
from qorgan.hub.members.profile import MOST_ENTRIES, Product
from qorgan.kit.refusal import Refusal

_APART: Final = ";"
_LINE: Final = ("kind", "vendor", "product", "version", "identifier")
_HEADINGS: Final = frozenset({"kind", "vendor", "product", "version", "cpe", "purl"})
_PURL: Final = "pkg:"
_KINDS: Final = {
    "software": "software",
    "hardware": "hardware",
    "бағдарлама": "software",
    "жабдық": "hardware",
    "программа": "software",
    "оборудование": "hardware",
}
_DEVICES: Final = frozenset({"device", "firmware"})


class _Named(Struct, frozen=True):
    name: str = ""


class _Component(Struct, frozen=True):
    """What is read of a component of CycloneDX; the rest of it is passed over."""

    type: str
    name: str
    version: str = ""
    group: str = ""
    publisher: str = ""
    supplier: _Named | None = None
    manufacturer: _Named | None = None
    cpe: str = ""
    purl: str = ""
    components: tuple[_Component, ...] = ()


class _Bill(Struct, frozen=True, rename="camel"):
    bom_format: Literal["CycloneDX"]
    components: tuple[_Component, ...] = ()


def read(text: str) -> tuple[Product, ...]:
    """The products of a text of any of the three forms. Raises Refusal `inventory-wrong`, which names the line."""
    text = text.lstrip("\ufeff").strip()
    if text.startswith("{"):
        found = tuple(_of_bill(text))
    elif (delimiter := _heading_delimiter(text)) is not None:
        found = tuple(_of_csv(text, delimiter))
    else:
        found = tuple(_of_line(line, number) for number, line in _lines(text))
    if len(found) > MOST_ENTRIES:
        raise _wrong(gettext("There are %(number)s entries; at most %(most)s are kept.") % _counts(len(found)))
    return tuple(dict.fromkeys(found))


def written(products: list[dict[str, str]]) -> str:
    """The same as lines that `read` reads back."""
    lines = []
    for product in products:
        identifier = product.get("cpe") or product.get("purl") or ""
        parts = [*(product.get(name, "") for name in _LINE[:4]), identifier]
        lines.append(f"{_APART} ".join(parts).rstrip(f"{_APART} "))
    return "\n".join(lines)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip())


def _heading_delimiter(text: str) -> str | None:
    """What stands between the columns, when the first line is a heading; else None."""
    first = text.partition("\n")[0].casefold()
    for delimiter in (",", ";", "\t"):
        names = {name.strip().strip('"') for name in first.split(delimiter)}
        if len(names) > 1 and names <= _HEADINGS and names & {"product", "cpe", "purl"}:
            return delimiter
    return None


def _of_line(line: str, number: int) -> Product:
    if line.startswith((cpe.PREFIX, _PURL)):
        return _product({"identifier": line}, number)
    parts = [part.strip() for part in line.split(_APART, len(_LINE) - 1)]
    return _product(dict(zip(_LINE, parts, strict=False)), number)


def _of_csv(text: str, delimiter: str) -> Iterator[Product]:
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    names = [name.strip().casefold() for name in next(rows)]
    for row in rows:
        if any(cell.strip() for cell in row):
            if len(row) > len(names):
                raise _wrong_line(rows.line_num, gettext("it has more columns than the heading"))
            yield _product({name: cell.strip() for name, cell in zip(names, row, strict=False)}, rows.line_num)


def _of_bill(text: str) -> Iterator[Product]:
    try:
        bill = msgspec.json.decode(text.encode(), type=_Bill)
    except msgspec.DecodeError as wrong:
        place = str(wrong).partition(" at `")[2].rstrip("`") or "$"
        message = gettext("This is not a CycloneDX list in JSON; look at %(place)s.") % {"place": place}
        raise _wrong(message) from None
    waiting = list(bill.components)[::-1]
    number = 0
    while waiting:
        component = waiting.pop()
        number += 1
        waiting += component.components[::-1]
        vendors = (component.publisher, component.supplier, component.manufacturer, component.group)
        named = (one.name if isinstance(one, _Named) else one or "" for one in vendors)
        yield _product(
            {
                "kind": "hardware" if component.type in _DEVICES else "software",
                "vendor": next((one for one in named if one), ""),
                "product": component.name,
                "version": component.version,
                "cpe": component.cpe if component.cpe.startswith(cpe.PREFIX) else "",
                "purl": component.purl,
            },
            number,
        )


def _product(said: Mapping[str, str], number: int) -> Product:
    """One product; what an identifier says fills what was left out. Raises Refusal with the line's number."""
    plain = dict(said)
    identifier = plain.pop("identifier", "")
    if identifier:
        plain["purl" if identifier.startswith(_PURL) else "cpe"] = identifier
    known: dict[str, str] = {"kind": "software"} if plain.get("cpe") or plain.get("purl") else {}
    if plain.get("purl"):
        known |= _of_purl(plain["purl"], number)
    if plain.get("cpe"):
        known |= _of_cpe(plain["cpe"], number)
    whole = known | {name: value for name, value in plain.items() if value}
    whole["kind"] = _KINDS.get(whole.get("kind", "").casefold(), "")
    if not whole["kind"]:
        raise _wrong_line(number, gettext("it begins with “software” or “hardware”"))
    if not whole.get("product"):
        raise _wrong_line(number, gettext("the product is not named"))
    try:
        return msgspec.convert({"vendor": "", **whole}, Product)
    except msgspec.ValidationError:
        raise _wrong_line(number, gettext("one of its parts is too long")) from None


def _of_cpe(text: str, number: int) -> dict[str, str]:
    found = cpe.parse(text)
    if found is None:
        raise _wrong_line(number, gettext("“%(text)s” is not a CPE 2.3 name") % {"text": text[:80]})
    kind = "hardware" if found.part == "h" else "software"
    return {"kind": kind, "vendor": found.vendor, "product": found.product, "version": found.version}


def _of_purl(text: str, number: int) -> dict[str, str]:
    try:
        found = PackageURL.from_string(text)
    except ValueError:
        raise _wrong_line(number, gettext("“%(text)s” is not a package URL") % {"text": text[:80]}) from None
    return {"vendor": found.namespace or found.type, "product": found.name, "version": found.version or ""}


def _wrong_line(number: int, wrong: str) -> Refusal:
    return _wrong(gettext("Line %(line)s is not of this form: %(wrong)s.") % {"line": number, "wrong": wrong})


def _wrong(message: str) -> Refusal:
    return Refusal("inventory-wrong", message, field="inventory")


def _counts(number: int) -> dict[str, int]:
    return {"number": number, "most": MOST_ENTRIES}
