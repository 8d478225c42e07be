"""Products that write free text, as data: TOML files of patterns with their own test lines."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Outcome
from qorgan.module.formats.text.macros import FIELDS, expanded
from qorgan.module.formats.text.meaning import IGNORED, MEANINGS, Constants
from qorgan.module.formats.text.shape import PatternRefused, Shape, shape_of
from qorgan.wire.signal import Action

FOLDER: Final = Path(__file__).parent.parent / "products"

Id = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?\Z")]
_ENUMS: Final = {"activity": Activity, "outcome": Outcome, "action": Action, "severity": Severity}
_CONSTANTS: Final = frozenset(
    ("vendor", "product", "kind", "rule_id", "rule_name", "category", "protocol", "application", "message")
)


class ProductRefused(Exception):
    """A file of products cannot be used. One line: which file, which pattern, what is wrong."""


class Pattern(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One shape of line as written."""

    id: Id
    match: str
    """A regular expression with the short forms of `macros.py`. With ^ it begins where the message does, else at any
    word."""
    test: Annotated[tuple[dict[str, str | int], ...], Meta(min_length=1)]
    """Lines (`record`) with the fields that must come of them."""
    means: str = ""
    """One of `MEANINGS`."""
    ignore: str = ""
    """One of `IGNORED`: no event is made of such a line."""
    set: dict[str, str] = {}
    """Constants that go over those of the meaning and of the product."""
    any_case: bool = False


class Product(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One product as written."""

    name: Id
    vendor: str
    product: str
    programs: tuple[str, ...] = ()
    """Names of its programs in syslog headers, lower-case. Its patterns are asked before all others there."""
    set: dict[str, str] = {}
    pattern: Annotated[tuple[Pattern, ...], Meta(min_length=1)]


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    product: Annotated[tuple[Product, ...], Meta(min_length=1)]


class CompiledPattern(Struct, frozen=True):
    """A pattern ready to be asked."""

    product: Product
    pattern: Pattern
    regex: re.Pattern[str]
    shape: Shape
    constants: Constants
    more: dict[str, str]

    def match(self, text: str) -> re.Match[str] | None:
        """Where the text has this shape, or None."""
        return self.regex.match(text) if self.shape.anchored else self.regex.search(text)


def read_products(path: Path) -> list[CompiledPattern]:
    """The patterns of one file, in their order. Raises ProductRefused."""
    try:
        written = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    except OSError as error:
        raise ProductRefused(f"{path.name}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ProductRefused(f"{path.name}: {error}") from None
    return [_compiled(path.name, product, pattern) for product in written.product for pattern in product.pattern]


@cache
def own_products() -> tuple[CompiledPattern, ...]:
    """The patterns that come with the module, in the order in which they are asked. Raises ProductRefused."""
    found: list[CompiledPattern] = []
    seen: set[tuple[str, str]] = set()
    for path in sorted(FOLDER.glob("text-*.toml")):
        for each in read_products(path):
            name = (each.product.name, each.pattern.id)
            if name in seen:
                raise ProductRefused(f"{path.name}: {'/'.join(name)}: another pattern has this name")
            seen.add(name)
            found.append(each)
    return tuple(found)


def _compiled(file: str, product: Product, pattern: Pattern) -> CompiledPattern:
    place = f"{file}: {product.name}/{pattern.id}"
    if (pattern.means not in MEANINGS) if pattern.means else (pattern.ignore not in IGNORED):
        raise ProductRefused(f"{place}: needs `means`, one of {', '.join(MEANINGS)}, or `ignore`, {', '.join(IGNORED)}")
    try:
        text = expanded(pattern.match)
        shape = shape_of(text)
        # A pattern that may begin anywhere begins at a word, not inside one.
        regex = re.compile(text if shape.anchored else rf"(?<!\w){text}", re.IGNORECASE if pattern.any_case else 0)
    except (PatternRefused, re.error) as error:
        raise ProductRefused(f"{place}: {error}") from None
    if unknown := {name for name in map(_field, regex.groupindex) if name not in FIELDS and not _is_more(name)}:
        raise ProductRefused(f"{place}: there is no field {unknown.pop()}")
    constants, more = _constants(place, MEANINGS.get(pattern.means, {}) | product.set | pattern.set)
    return CompiledPattern(product, pattern, regex, shape, constants, more)


def _field(group: str) -> str:
    return group.rstrip("0123456789")


def _is_more(name: str) -> bool:
    return name.startswith("more_")


def _constants(place: str, written: dict[str, Any]) -> tuple[Constants, dict[str, str]]:
    constants: Constants = {}
    more: dict[str, str] = {}
    for name, value in written.items():
        if _is_more(name):
            more[name.removeprefix("more_")] = value
        elif name in _ENUMS:
            try:
                constants[name] = _ENUMS[name](value)
            except ValueError:
                raise ProductRefused(f"{place}: set.{name}: no such value as {value}") from None
        elif name in _CONSTANTS:
            constants[name] = value
        else:
            raise ProductRefused(f"{place}: set: there is no field {name}")
    return constants, more
