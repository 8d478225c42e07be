"""A CSAF advisory as its file spells it (OASIS, versions 2.0 and 2.1): what is read of it. The rest is passed over."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

import msgspec
from django.utils.translation import gettext as _
from msgspec import Meta, Struct, field

from qorgan.kit.refusal import Refusal

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a file. The largest advisories of vendors have about half of it."""
MOST_VULNERABILITIES: Final = 1_000
MOST_PRODUCT_IDS: Final = 50_000

Text = Annotated[str, Meta(max_length=100_000)]
ProductId = Annotated[str, Meta(min_length=1, max_length=1_000)]
ProductIds = Annotated[tuple[ProductId, ...], Meta(max_length=MOST_PRODUCT_IDS)]
Moment = Annotated[datetime, Meta(tz=True)]


class Note(Struct, frozen=True):
    """Free text of a kind."""

    category: str
    text: Text


class Tlp(Struct, frozen=True):
    """The label of TLP, 1.0 or 2.0, without its prefix."""

    label: Literal["CLEAR", "WHITE", "GREEN", "AMBER", "AMBER+STRICT", "RED"]


class Distribution(Struct, frozen=True):
    """To whom it may be given."""

    tlp: Tlp | None = None


class Publisher(Struct, frozen=True):
    """Who published it."""

    name: Annotated[str, Meta(min_length=1)]


class Tracking(Struct, frozen=True):
    """Its number and its dates."""

    id: Annotated[str, Meta(min_length=1)]
    current_release_date: Moment
    initial_release_date: Moment


class Reference(Struct, frozen=True):
    """Where more stands."""

    url: str


class Head(Struct, frozen=True):
    """What is said of the file itself."""

    category: str
    csaf_version: Literal["2.0", "2.1"]
    title: Annotated[str, Meta(min_length=1)]
    publisher: Publisher
    tracking: Tracking
    distribution: Distribution = Distribution()
    notes: tuple[Note, ...] = ()
    references: tuple[Reference, ...] = ()


class Identification(Struct, frozen=True):
    """Names under which machines know a product."""

    cpe: str = ""
    purl: str = ""
    purls: tuple[str, ...] = ()


class Product(Struct, frozen=True):
    """A product with all its qualities."""

    name: Annotated[str, Meta(min_length=1)]
    product_id: ProductId
    product_identification_helper: Identification = Identification()


class Branch(Struct, frozen=True):
    """One quality, and what is further qualified below it."""

    category: str
    name: Annotated[str, Meta(min_length=1)]
    branches: tuple[Branch, ...] = ()
    product: Product | None = None


class Relationship(Struct, frozen=True):
    """A product that is part of another: the two together are a third."""

    category: str
    full_product_name: Product
    product_reference: ProductId
    relates_to_product_reference: ProductId


class Tree(Struct, frozen=True):
    """All the products of the advisory."""

    branches: tuple[Branch, ...] = ()
    full_product_names: tuple[Product, ...] = ()
    relationships: tuple[Relationship, ...] = ()


class Status(Struct, frozen=True):
    """Where products stand."""

    first_affected: ProductIds = ()
    first_fixed: ProductIds = ()
    fixed: ProductIds = ()
    known_affected: ProductIds = ()
    known_not_affected: ProductIds = ()
    last_affected: ProductIds = ()
    recommended: ProductIds = ()
    under_investigation: ProductIds = ()
    unknown: ProductIds = ()


class Vector(Struct, frozen=True, rename={"vector": "vectorString"}):
    """A score of one version of CVSS. Version 2 may leave its version out."""

    vector: str


class Scores(Struct, frozen=True):
    """Scores, by version of CVSS."""

    cvss_v2: Vector | None = None
    cvss_v3: Vector | None = None
    cvss_v4: Vector | None = None


class Metric(Struct, frozen=True):
    """As version 2.1 of CSAF gives scores."""

    content: Scores = Scores()


class Cwe(Struct, frozen=True):
    """A weakness."""

    id: str


class Remediation(Struct, frozen=True):
    """What can be done."""

    category: str
    details: Text = ""
    date: Moment | None = None
    url: str = ""


class Threat(Struct, frozen=True):
    """What is known of its use."""

    category: str
    details: Text = ""


class Flag(Struct, frozen=True):
    """Why products are not affected, in one of the words of VEX."""

    label: str


class Name(Struct, frozen=True):
    """Another name of a vulnerability."""

    text: str


class Vulnerability(Struct, frozen=True):
    """One vulnerability."""

    cve: str = ""
    ids: tuple[Name, ...] = ()
    title: str = ""
    cwe: Cwe | None = None
    cwes: tuple[Cwe, ...] = ()
    notes: tuple[Note, ...] = ()
    product_status: Status = Status()
    scores: tuple[Scores, ...] = ()
    metrics: tuple[Metric, ...] = ()
    remediations: tuple[Remediation, ...] = ()
    threats: tuple[Threat, ...] = ()
    flags: tuple[Flag, ...] = ()
    references: tuple[Reference, ...] = ()


class Advisory(Struct, frozen=True):
    """The whole file."""

    document: Head
    product_tree: Tree = field(default_factory=Tree)
    vulnerabilities: Annotated[tuple[Vulnerability, ...], Meta(max_length=MOST_VULNERABILITIES)] = ()


_decoder: Final = msgspec.json.Decoder(Advisory)


def decode(raw: bytes) -> Advisory:
    """The advisory in a file. Raises Refusal `csaf-malformed`, which names the place, or `csaf-too-large`."""
    if len(raw) > LARGEST:
        raise Refusal(
            "csaf-too-large",
            _("The file is larger than %(most)s MB.") % {"most": LARGEST // 1024 // 1024},
            status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        )
    try:
        return _decoder.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except msgspec.ValidationError as wrong:
        told, _at, place = str(wrong).partition(" - at ")
        raise malformed(place.strip("`") or "$", told) from wrong
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise malformed("$", str(wrong)) from wrong
    except RecursionError as wrong:
        raise malformed("$", _("it is nested too deeply")) from wrong


def malformed(place: str, told: Any) -> Refusal:
    """The refusal of a file that is no CSAF advisory, with the place in it."""
    return Refusal(
        "csaf-malformed",
        _("This is not a CSAF advisory that can be read: %(told)s, at %(place)s.") % {"told": told, "place": place},
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        field=place,
    )
