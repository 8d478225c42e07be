"""Names of products in CPE 2.3, as a formatted string (NISTIR 7695, section 6.2): read and judged, never made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "cpe:2.3:"
_COMPONENTS: Final = 11
_LONGEST: Final = 512
_APART: Final = re.compile(r"(?<!\\):")
_VALUE: Final = re.compile(r"(?:\?*|\*)(?:[A-Za-z0-9._-]|\\[!-/:-@\[-`{-~])+(?:\?*|\*)")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?")
_LANGUAGE_AT: Final = 6
_ANY: Final = frozenset({"*", "-"})


@dataclass(frozen=True, slots=True)
class Cpe:
    """The parts that tell one product from another; '' where the name says any or none."""

    part: str
    """'a' for an application, 'o' for an operating system, 'h' for hardware, '' for any."""
    vendor: str
    product: str
    version: str


def parse(text: str) -> Cpe | None:
    """What a name says; None when it is no CPE 2.3 name of a product."""
    if len(text) > _LONGEST or not text.startswith(PREFIX):
        return None
    components = _APART.split(text.removeprefix(PREFIX))
    if len(components) != _COMPONENTS or components[0] not in {"a", "o", "h", *_ANY}:
        return None
    for place, component in enumerate(components[1:], start=1):
        form = _LANGUAGE if place == _LANGUAGE_AT else _VALUE
        if component not in _ANY and not form.fullmatch(component):
            return None
    part, vendor, product, version = (_plain(component) for component in components[:4])
    return Cpe(part, vendor, product, version) if product else None


def _plain(component: str) -> str:
    return "" if component in _ANY else re.sub(r"\\(.)", r"\1", component)
