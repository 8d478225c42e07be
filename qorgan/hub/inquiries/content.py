"""What an inquiry asks (R67.11) and what its answer says (R67.14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from django.utils.translation import gettext_lazy as _

from qorgan.cards.lack import Lack
from qorgan.hub.casework.kinds import Facets
from qorgan.law.tlp import TLP

INQUIRY_CLAUSE: Final = "R67.11"
ANSWER_CLAUSE: Final = "R67.14"


class Inquiry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of an inquiry."""

    subject: str = ""
    question: str = ""
    wanted_by: datetime | None = None
    """By when the author would like an answer; no clock of the law."""
    tlp: TLP | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of an answer."""

    subject: str = ""
    text: str = ""
    tlp: TLP | None = None


def inquiry_facets(content: Inquiry) -> Facets:
    """What lists show of an inquiry."""
    return Facets(title=content.subject, tlp=content.tlp or "")


def answer_facets(content: Answer) -> Facets:
    """What lists show of an answer."""
    return Facets(title=content.subject, tlp=content.tlp or "")


def inquiry_lacks(content: Inquiry) -> Sequence[Lack]:
    """What is missing in an inquiry."""
    asked = (
        ("subject", content.subject.strip(), _("Say what the inquiry is about.")),
        ("question", content.question.strip(), _("Write the question.")),
        ("tlp", content.tlp, _("Choose the degree of confidentiality.")),
    )
    return [Lack(field, message, INQUIRY_CLAUSE) for field, value, message in asked if not value]


def answer_lacks(content: Answer) -> Sequence[Lack]:
    """What is missing in an answer."""
    asked = (
        ("subject", content.subject.strip(), _("Say what the answer is about.")),
        ("text", content.text.strip(), _("Write the answer.")),
        ("tlp", content.tlp, _("Choose the degree of confidentiality.")),
    )
    return [Lack(field, message, ANSWER_CLAUSE) for field, value, message in asked if not value]
