"""Products of a CSAF advisory: out of branches, names and relationships one row for each product and what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from django.utils.translation import gettext as _

from qorgan.hub.warnings import csaf_file, packages, versions
from qorgan.hub.warnings.vulnerability import Affected
from qorgan.law.vulnerabilities import ProductStatus

MOST: Final = 3_000
"""Rows of products in one warning."""
DEEPEST: Final = 30
"""Levels of branches; the standard has rarely more than six."""
_EVERY: Final = re.compile(r"(?:all(?: versions)?|vers:all/\*|\*)\Z", re.IGNORECASE)
_LEAD: Final = re.compile(r"^all (?:\w+ )?versions\s*", re.IGNORECASE)
_EARLIER: Final = re.compile(r"([vV]?\d\S*)\s+(?:and|or)\s+(?:below|earlier|prior|older|lower)\Z", re.IGNORECASE)
_PRIOR: Final = re.compile(r"(?:versions?\s+)?prior\s+to\s+(?:version\s+)?([vV]?\d\S*)\Z", re.IGNORECASE)
_BOUND: Final = re.compile(r"(>=|<=|!=|<|>|=)\s*([^<>=!|,&]+?)\s*(?:\band\b|&&|[|,])?\s*(?=[<>=!]|\Z)", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"[vV]?\d")
_BUILD: Final = re.compile(
    r"(?P<name>[A-Za-z0-9+_.-]+?)-(?:\d+:)?(?P<version>\d[^-:/]*-[^-:/]+?)\.(?:src|noarch|x86_64|i[3-6]86|aarch64|ppc64(?:le)?|s390x?)\Z"
)
"""A package of a distribution with its version and its architecture, where no package URL tells them apart."""
_COMPARATORS: Final = ("<", ">", "=", "!", "vers:")


@dataclass(frozen=True, slots=True)
class Known:
    """What the tree says of one product."""

    vendor: str = ""
    product: str = ""
    versions: str = ""
    cpe: str = ""
    purl: str = ""
    part_of: str = ""


def products(tree: csaf_file.Tree) -> dict[str, Known]:
    """Every product of the tree by its id. Raises Refusal `csaf-malformed` for an id used twice or never explained."""
    found: dict[str, Known] = {}
    for number, branch in enumerate(tree.branches):
        for identifier, known in _below(branch, Known(), f"$.product_tree.branches[{number}]", 1):
            _add(found, identifier, known, "$.product_tree.branches")
    for number, product in enumerate(tree.full_product_names):
        known = _named(replace(Known(), product=product.name), product)
        _add(found, product.product_id, known, f"$.product_tree.full_product_names[{number}]")
    for number, relationship in enumerate(tree.relationships):
        place = f"$.product_tree.relationships[{number}]"
        inner = _known(found, relationship.product_reference, f"{place}.product_reference")
        outer = _known(found, relationship.relates_to_product_reference, f"{place}.relates_to_product_reference")
        whole = _named(
            replace(inner, part_of=" ".join(filter(None, (outer.vendor, outer.product, outer.versions)))),
            relationship.full_product_name,
        )
        _add(found, relationship.full_product_name.product_id, whole, place)
    return found


def affected(known: Mapping[str, Known], vulnerabilities: Mapping[str, csaf_file.Status]) -> tuple[Affected, ...]:
    """One row for each product and where it stands, with the vulnerabilities it is said of. Raises Refusal."""
    rows: dict[tuple[Known, ProductStatus], list[str]] = {}
    for number, (name, status) in enumerate(vulnerabilities.items()):
        for list_name, standing in _STANDINGS:
            for at, identifier in enumerate(getattr(status, list_name)):
                place = f"$.vulnerabilities[{number}].product_status.{list_name}[{at}]"
                said_of = rows.setdefault((_known(known, identifier, place), standing), [])
                if name not in said_of:
                    said_of.append(name)
    whole = set(vulnerabilities)
    made = [
        Affected(
            vendor=product.vendor,
            product=product.product,
            versions=product.versions,
            cpe=product.cpe,
            purl=product.purl,
            part_of=product.part_of,
            status=standing,
            vulnerabilities=() if set(said_of) == whole else tuple(said_of),
        )
        for (product, standing), said_of in rows.items()
    ]
    return _bounded([*made, *_before_fixes(made)])


_STANDINGS: Final = (
    ("known_affected", ProductStatus.AFFECTED),
    ("first_affected", ProductStatus.AFFECTED),
    ("last_affected", ProductStatus.AFFECTED),
    ("under_investigation", ProductStatus.UNDER_INVESTIGATION),
    ("unknown", ProductStatus.UNDER_INVESTIGATION),
    ("recommended", ProductStatus.RECOMMENDED),
    ("first_fixed", ProductStatus.FIXED),
    ("fixed", ProductStatus.FIXED),
    ("known_not_affected", ProductStatus.NOT_AFFECTED),
)


def _before_fixes(rows: list[Affected]) -> Iterator[Affected]:
    """Where a file tells of fixed versions alone, as distributions do, the versions before them are affected."""
    told = {(one.vendor, one.product, one.part_of) for one in rows if one.status is not ProductStatus.FIXED}
    for one in rows:
        within = versions.read(one.versions) if one.versions else None
        is_fix = one.status is ProductStatus.FIXED and (one.vendor, one.product, one.part_of) not in told
        if is_fix and within is not None and [comparator for comparator, _at in within.bounds] == ["="]:
            yield msgspec.structs.replace(one, status=ProductStatus.AFFECTED, versions=f"<{within.bounds[0][1]}")


def _bounded(rows: list[Affected]) -> tuple[Affected, ...]:
    """All rows, or where they are too many those that tell who is concerned."""
    if len(rows) > MOST:
        rows = [one for one in rows if one.status in {ProductStatus.AFFECTED, ProductStatus.UNDER_INVESTIGATION}]
    if len(rows) > MOST:
        raise csaf_file.malformed("$.product_tree", _("it has more than %(most)s affected products") % {"most": MOST})
    return tuple(rows)


def _below(branch: csaf_file.Branch, above: Known, place: str, depth: int) -> Iterator[tuple[str, Known]]:
    if depth > DEEPEST:
        raise csaf_file.malformed(place, _("it is nested too deeply"))
    known = _qualified(branch, above)
    if branch.product is not None:
        whole = known if known.product else replace(known, product=branch.product.name)
        yield branch.product.product_id, _named(whole, branch.product)
    for number, one in enumerate(branch.branches):
        yield from _below(one, known, f"{place}.branches[{number}]", depth + 1)


def _qualified(branch: csaf_file.Branch, above: Known) -> Known:
    if branch.category == "vendor":
        return replace(above, vendor=branch.name)
    if branch.category == "product_name":
        return replace(above, product=branch.name)
    if branch.category in {"product_version", "product_version_range"}:
        return replace(above, versions=spelled(branch.name))
    return above


def _named(known: Known, product: csaf_file.Product) -> Known:
    """With the names that machines know it by."""
    helper = product.product_identification_helper
    known = replace(known, cpe=helper.cpe or known.cpe)
    package = packages.read(helper.purl or next(iter(helper.purls), ""))
    if package is None:
        build = _BUILD.match(known.versions) if known.product in {"", product.name} else None
        return replace(known, product=build["name"], versions=build["version"]) if build else known
    # Distributions write a package, its version and its architecture in one name; the package URL tells them apart.
    told_apart = package.version if package.version and package.version in known.versions else known.versions
    name = package.name if known.product in {"", product.name} else known.product
    return replace(known, product=name, versions=told_apart, purl=packages.plain(package))


def spelled(text: str) -> str:
    """Versions as vendors write them, brought to a form that can be read; put in brackets where that fails."""
    said = text.strip()
    if _EVERY.match(said):
        return ""
    said = _LEAD.sub("", said).removeprefix("vers:all/")
    if found := _EARLIER.match(said):
        said = f"<={found[1]}"
    elif found := _PRIOR.match(said):
        said = f"<{found[1]}"
    if versions.read(said) is not None:
        return said
    bounds = _BOUND.findall(said)
    # Every bound begins with a number: what is named by a date or a word has no order that could be known.
    if bounds and said.startswith(_COMPARATORS) and all(_NUMBERED.match(version) for _comparator, version in bounds):
        joined = "|".join(f"{comparator}{'-'.join(version.split())}" for comparator, version in bounds)
        if versions.read(joined) is not None:
            return joined
    return f"({said})" if said.startswith(_COMPARATORS) else said


def _known(found: Mapping[str, Known], identifier: str, place: str) -> Known:
    if identifier not in found:
        raise csaf_file.malformed(place, _("there is no product “%(id)s”") % {"id": identifier[:80]})
    return found[identifier]


def _add(found: dict[str, Known], identifier: str, known: Known, place: str) -> None:
    if identifier in found:
        raise csaf_file.malformed(place, _("the product “%(id)s” is there twice") % {"id": identifier[:80]})
    found[identifier] = known
