"""What a threat warning says (R67.10): the six fields of the rules, and what makes it of use to a machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec
from django.utils.translation import gettext_lazy as _

from qorgan.cards.lack import Lack
from qorgan.hub.casework.kinds import Facets
from qorgan.hub.warnings import indicators
from qorgan.hub.warnings.indicators import Indicator
from qorgan.law.threats import Confidence, ThreatDegree, ThreatType
from qorgan.law.tlp import TLP

CLAUSE: Final = "R67.10"
TECHNIQUE: Final = re.compile(r"T\d{4}(?:\.\d{3})?\Z")
"""A technique of ATT&CK, T1566, or one of its parts, T1566.001."""


class ThreatWarning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a threat warning."""

    title: str = ""
    source: str = ""
    """Where the threat comes from."""
    threat_type: ThreatType | None = None
    degree: ThreatDegree | None = None
    tlp: TLP | None = None
    """Degree of confidentiality."""
    description: str = ""
    recommendations: tuple[str, ...] = ()
    """Numbered from one: each is accepted or declined by itself (R67.13)."""
    affected_products: str = ""
    affected_segment: str = ""
    """Part of the market or of a network that is threatened."""
    indicators: tuple[Indicator, ...] = ()
    techniques: tuple[str, ...] = ()
    observed_since: datetime | None = None
    valid_until: datetime | None = None
    confidence: Confidence | None = None
    anonymous: bool = False
    """Whether the other institutions are not told whose warning it is. The centre always knows."""


def facets(content: ThreatWarning) -> Facets:
    """What lists and statistics show of it."""
    return Facets(
        title=content.title,
        category=content.threat_type or "",
        severity=content.degree.rank if content.degree else None,
        tlp=content.tlp or "",
        found_at=content.observed_since,
        anonymous=content.anonymous,
    )


def lacks(content: ThreatWarning) -> list[Lack]:
    """What is missing, and what was written but cannot be so."""
    return [*_missing(content), *_wrong(content)]


def _missing(content: ThreatWarning) -> Iterator[Lack]:
    asked = (
        ("title", content.title.strip(), _("Give the warning a title.")),
        ("source", content.source.strip(), _("Say where the threat comes from.")),
        ("threat_type", content.threat_type, _("Choose the type of threat.")),
        ("degree", content.degree, _("Choose the degree of the threat.")),
        ("tlp", content.tlp, _("Choose the degree of confidentiality.")),
        ("description", content.description.strip(), _("Describe the threat.")),
    )
    yield from (Lack(field, message, CLAUSE) for field, value, message in asked if not value)
    if not content.recommendations or not all(item.strip() for item in content.recommendations):
        yield Lack("recommendations", _("Write one recommendation at least, and leave none empty."), CLAUSE)


def _wrong(content: ThreatWarning) -> Iterator[Lack]:
    for number, one in enumerate(content.indicators, start=1):
        if not indicators.is_sound(one):
            yield Lack(
                "indicators", _("Indicator %(number)s is not of the type it is said to be.") % {"number": number}, ""
            )
    for technique in content.techniques:
        if not TECHNIQUE.match(technique):
            yield Lack("techniques", _("A technique is written T1566 or T1566.001."), "")
            break
    if content.valid_until and content.observed_since and content.valid_until <= content.observed_since:
        yield Lack("valid_until", _("It ends before it was first observed."), "")
