"""How an inquiry and an answer are asked of a person."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from qorgan.cards.fields import Field, Widget, of
from qorgan.hub.inquiries.content import ANSWER_CLAUSE, INQUIRY_CLAUSE
from qorgan.law.tlp import TLP

INQUIRY_FIELDS: Final = (
    Field(name="subject", label=_("Subject"), widget=Widget.LINE, clause=INQUIRY_CLAUSE),
    Field(name="question", label=_("Question"), widget=Widget.TEXT, clause=INQUIRY_CLAUSE),
    Field(
        name="wanted_by",
        label=_("Answer wanted by"),
        widget=Widget.MOMENT,
        help=_("A wish of yours. The rules count from the end of the work on the inquiry."),
    ),
    Field(name="tlp", label=_("Degree of confidentiality"), widget=Widget.CHOICE, choices=of(TLP)),
)
ANSWER_FIELDS: Final = (
    Field(name="subject", label=_("Subject"), widget=Widget.LINE, clause=ANSWER_CLAUSE),
    Field(name="text", label=_("Answer"), widget=Widget.TEXT, clause=ANSWER_CLAUSE),
    Field(name="tlp", label=_("Degree of confidentiality"), widget=Widget.CHOICE, choices=of(TLP)),
)
