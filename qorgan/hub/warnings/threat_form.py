"""How a threat warning is asked of a person, field by field, in the order of R67.10."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from qorgan.cards.fields import Field, Widget, of
from qorgan.hub.warnings.threat import CLAUSE
from qorgan.law.threats import Confidence, IndicatorType, ThreatDegree, ThreatType
from qorgan.law.tlp import TLP

_THREAT: Final = _("The threat")
_MEASURES: Final = _("Protective measures")
_MORE: Final = _("Where and since when")
_TRACES: Final = _("By what it is recognised")

FIELDS: Final = (
    Field(name="title", label=_("Title"), widget=Widget.LINE, section=_THREAT, clause=CLAUSE),
    Field(
        name="source",
        label=_("Source of the threat"),
        widget=Widget.LINE,
        section=_THREAT,
        clause=CLAUSE,
        help=_("Who or what it comes from, as far as it is known."),
    ),
    Field(
        name="threat_type",
        label=_("Type of threat"),
        widget=Widget.CHOICE,
        section=_THREAT,
        clause=CLAUSE,
        choices=of(ThreatType),
    ),
    Field(
        name="degree",
        label=_("Degree of the threat"),
        widget=Widget.CHOICE,
        section=_THREAT,
        clause=CLAUSE,
        choices=of(ThreatDegree),
    ),
    Field(
        name="tlp",
        label=_("Degree of confidentiality"),
        widget=Widget.CHOICE,
        section=_THREAT,
        clause=CLAUSE,
        choices=of(TLP),
    ),
    Field(name="description", label=_("Description"), widget=Widget.TEXT, section=_THREAT, clause=CLAUSE),
    Field(
        name="recommendations",
        label=_("Recommendations"),
        widget=Widget.ITEMS,
        section=_MEASURES,
        clause=CLAUSE,
        help=_("Numbered: every institution accepts or declines each one by itself."),
    ),
    Field(
        name="affected_products",
        label=_("Affected software or equipment"),
        widget=Widget.TEXT,
        section=_MORE,
    ),
    Field(
        name="affected_segment",
        label=_("Affected part of the market or of the network"),
        widget=Widget.LINE,
        section=_MORE,
    ),
    Field(name="observed_since", label=_("Observed since"), widget=Widget.MOMENT, section=_MORE),
    Field(name="valid_until", label=_("Valid until"), widget=Widget.MOMENT, section=_MORE),
    Field(name="confidence", label=_("Confidence"), widget=Widget.CHOICE, section=_MORE, choices=of(Confidence)),
    Field(
        name="indicators",
        label=_("Indicators"),
        widget=Widget.ROWS,
        section=_TRACES,
        columns=(
            Field(name="type", label=_("Type"), widget=Widget.CHOICE, choices=of(IndicatorType)),
            Field(name="value", label=_("Value"), widget=Widget.LINE),
        ),
    ),
    Field(
        name="techniques",
        label=_("Techniques of ATT&CK"),
        widget=Widget.LINES,
        section=_TRACES,
        help=_("One on each line: T1566 or T1566.001."),
    ),
    Field(
        name="anonymous",
        label=_("Hide from other institutions whose warning it is"),
        widget=Widget.YES_NO,
        section=_TRACES,
        help=_("They then read “an institution”. The sectoral centre always knows."),
    ),
)
