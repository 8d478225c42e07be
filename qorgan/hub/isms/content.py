"""What an institution tells of its information-security management system, in free form (R48.29)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from django.utils.translation import gettext_lazy as _

from qorgan.cards.fields import Field, Widget, of
from qorgan.cards.lack import Lack
from qorgan.hub.casework.kinds import DocumentKind, Facets
from qorgan.hub.isms import lifecycle
from qorgan.law.documents import DocumentType
from qorgan.law.tlp import TLP


class IsmsReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a report."""

    title: str = ""
    period: str = ""
    """For which time, in the author's words."""
    text: str = ""
    tlp: TLP | None = None


def facets(content: IsmsReport) -> Facets:
    """What lists show of it."""
    return Facets(title=content.title, tlp=content.tlp or "")


def lacks(content: IsmsReport) -> Sequence[Lack]:
    """What is missing: a title, the period and the words. Files may say more, they do not stand in for the words."""
    asked = (
        ("title", content.title.strip(), _("Give the report a title.")),
        ("period", content.period.strip(), _("Say for which period it is.")),
        ("text", content.text.strip(), _("Write the report, or what the attached files hold.")),
    )
    return [Lack(field, message, lifecycle.CLAUSE) for field, value, message in asked if not value]


FIELDS: Final = (
    Field(name="title", label=_("Title"), widget=Widget.LINE, clause=lifecycle.CLAUSE),
    Field(name="period", label=_("Period"), widget=Widget.LINE, clause=lifecycle.CLAUSE),
    Field(name="text", label=_("Report, in free form"), widget=Widget.TEXT, clause=lifecycle.CLAUSE),
    Field(name="tlp", label=_("Degree of confidentiality"), widget=Widget.CHOICE, choices=of(TLP)),
)

ISMS_REPORT: Final = DocumentKind(
    document_type=DocumentType.ISMS_REPORT,
    made_by_institutions_only=True,
    letters="IS",
    content=IsmsReport,
    life=lifecycle.LIFE,
    preparation=lifecycle.PREPARATION,
    fields=FIELDS,
    lacks=lacks,
    facets=facets,
)
