"""Which products of a warning stand in an inventory: by CPE, by package URL, or by maker and name; and which versions.

Pure. A product without a version, or with one that cannot be compared, may be concerned: that is said, not decided.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from qorgan.hub.members import cpe
from qorgan.hub.members.profile import Product
from qorgan.hub.warnings import packages, versions
from qorgan.hub.warnings.versions import Range
from qorgan.hub.warnings.vulnerability import Affected, VulnerabilityWarning, concerned
from qorgan.law.vulnerabilities import ProductStatus

Key = tuple[str, ...]
_LETTERS: Final = re.compile(r"[^0-9a-zа-яёәғқңөұүһі]+")
_LEGAL: Final = frozenset(
    {"inc", "ltd", "llc", "corp", "corporation", "company", "co", "gmbh", "ag", "sa", "plc", "ao", "тоо", "ооо", "ао"}
)
_PLAIN: Final = frozenset({"software", "the", "series"})
_CLEARED: Final = frozenset({ProductStatus.FIXED, ProductStatus.NOT_AFFECTED})


@dataclass(frozen=True, slots=True)
class Match:
    """A product in use that a warning is about."""

    used: Product
    named: Affected
    certain: bool
    """Whether the version in use is one of those named; else it is not known which one is in use."""


def matches(content: VulnerabilityWarning, inventory: Iterable[Product]) -> list[Match]:
    """What of an inventory a warning is about, each product once, in the order of the inventory."""
    return Matcher(content).matches(inventory)


class Matcher:
    """A warning made ready to be held against many inventories."""

    def __init__(self, content: VulnerabilityWarning) -> None:
        """The named products by each of the names they go by."""
        self._named = _by_key(concerned(content))
        self._sorts = {key[0] for key in self._named} & {"cpe", "purl"}
        self._cleared = _by_key([one for one in content.products if one.status in _CLEARED])

    def matches(self, inventory: Iterable[Product]) -> list[Match]:
        """What of an inventory the warning is about, each product once, in the order of the inventory."""
        return [found for used in inventory if (found := self._match(used)) is not None]

    def _match(self, used: Product) -> Match | None:
        keys = _names_of(used)
        if self._sorts:
            keys |= _identifiers(used.cpe if "cpe" in self._sorts else "", used.purl if "purl" in self._sorts else "")
        candidates = _unique(self._named, keys)
        # Identifiers are read for those few alone whose names are alike: an inventory has thousands of products.
        version = _version(used.version, used.cpe, used.purl) if candidates else ""
        possible: Match | None = None
        for named, within in candidates:
            holds = versions.holds(within, version) if within is not None else None
            if holds is False or _contradict(used, named) or self._is_cleared(keys, version, named):
                continue
            # Where no maker is named on either side, the name alone does not make it certain.
            if holds and not _only_by_name(used, named):
                return Match(used, named, certain=True)
            possible = possible or Match(used, named, certain=False)
        return possible

    def _is_cleared(self, keys: Iterable[Key], version: str, named: Affected) -> bool:
        """Whether the very version in use is said to be fixed or not affected, for all that `named` is said of."""
        for one, within in _unique(self._cleared, keys):
            exact = within is not None and within.bounds and versions.holds(within, version)
            if exact and (not one.vulnerabilities or set(named.vulnerabilities or ("",)) <= set(one.vulnerabilities)):
                return True
        return False


def _by_key(rows: Iterable[Affected]) -> dict[Key, list[tuple[Affected, Range | None]]]:
    found: dict[Key, list[tuple[Affected, Range | None]]] = defaultdict(list)
    for one in rows:
        within = versions.read(one.versions or _version("", one.cpe, one.purl))
        package = packages.read(one.purl)
        if within is not None and package is not None and within.scheme == versions.GENERIC:
            within = replace(within, scheme=package.type)
        for key in _goes_by(one):
            found[key].append((one, within))
    return found


def _unique(
    rows: dict[Key, list[tuple[Affected, Range | None]]], keys: Iterable[Key]
) -> list[tuple[Affected, Range | None]]:
    found = {id(one): (one, within) for key in keys for one, within in rows.get(key, ())}
    return list(found.values())


def _goes_by(named: Affected) -> set[Key]:
    """The names under which a named product is found."""
    plain = _name(named.vendor, named.product)
    maker = _words(named.vendor)
    names = {("name", maker[0], plain) if maker else ("bare", plain), ("any", plain)} if plain else set()
    return names | _identifiers(named.cpe, named.purl)


def _names_of(used: Product) -> set[Key]:
    """The names by which a product in use is looked up. One without a maker may be anybody's."""
    plain = _name(used.vendor, used.product)
    maker = _words(used.vendor)
    if not plain:
        return set()
    return {("name", maker[0], plain), ("bare", plain)} if maker else {("any", plain)}


def _identifiers(name: str, purl: str) -> set[Key]:
    found: set[Key] = set()
    if (platform := cpe.parse(name)) is not None and platform.vendor:
        found.add(("cpe", platform.vendor.casefold(), platform.product.casefold()))
    if (package := packages.read(purl)) is not None:
        found.add(("purl", package.type, package.namespace or "", package.name.casefold()))
    return found


def _name(vendor: str, product: str) -> str:
    """A product's name without its maker's, in letters and digits alone."""
    words, maker = _words(product), _words(vendor)
    if maker and words[: len(maker)] == maker:
        words = words[len(maker) :] or words
    return "".join(words)


def _contradict(used: Product, named: Affected) -> bool:
    """Whether both have an identifier of the same sort and they name different products, however alike the names."""
    of_used, of_named = _identifiers(used.cpe, used.purl), _identifiers(named.cpe, named.purl)
    sorts = {key[0] for key in of_used} & {key[0] for key in of_named}
    return any(not {key for key in of_used & of_named if key[0] == sort} for sort in sorts)


def _only_by_name(used: Product, named: Affected) -> bool:
    if _words(used.vendor) and _words(named.vendor):
        return False
    return not (used.cpe and named.cpe) and not (used.purl and named.purl)


def _words(text: str) -> list[str]:
    words = [word for word in _LETTERS.split(text.casefold()) if word]
    return [word for word in words if word not in _LEGAL | _PLAIN] or words


def _version(said: str, name: str, purl: str) -> str:
    """The version that was said, or else the one an identifier holds."""
    platform, package = cpe.parse(name), packages.read(purl)
    return said or (platform.version if platform else "") or (package.version or "" if package else "")
