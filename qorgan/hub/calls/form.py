"""The form of a report by phone, in the order in which one speaks."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from qorgan.cards.fields import Field, Widget, of
from qorgan.hub.calls.content import Match, PhoneReport
from qorgan.law.incidents import IncidentCategory

CLAUSE: Final = "R48I.3-fallback"


def _is_unproven(report: PhoneReport) -> bool:
    return report.number_is is not Match.REGISTERED


FIELDS: Final = (
    Field(name="called_at", label=_("Called at"), widget=Widget.MOMENT, section=_("The call"), clause=CLAUSE),
    Field(
        name="calling_number",
        label=_("Calling number"),
        widget=Widget.LINE,
        section=_("The call"),
        help=_("With the country code, such as +7 727 000 00 00."),
        clause=CLAUSE,
    ),
    Field(
        name="number_is",
        label=_("Held against the profile"),
        widget=Widget.CHOICE,
        section=_("The call"),
        clause=CLAUSE,
        choices=of(Match),
    ),
    Field(
        name="call_back",
        label=_("Who was called back, and under which number"),
        widget=Widget.TEXT,
        section=_("The call"),
        help=_("Call back a contact of the profile before you believe a call from another number."),
        clause=CLAUSE,
        when=_is_unproven,
    ),
    Field(name="caller", label=_("Who called"), widget=Widget.LINE, section=_("The call")),
    Field(name="caller_position", label=_("Position"), widget=Widget.LINE, section=_("The call")),
    Field(
        name="category",
        label=_("Category"),
        widget=Widget.CHOICE,
        section=_("What was said"),
        clause="R48I.3",
        choices=of(IncidentCategory),
    ),
    Field(name="found_at", label=_("Found"), widget=Widget.MOMENT, section=_("What was said"), clause="R48I.3"),
    Field(
        name="description",
        label=_("What happened"),
        widget=Widget.TEXT,
        section=_("What was said"),
        help=_("The first line is the title. Name no clients, accounts, cards or phones."),
        clause="R48I.3",
    ),
    Field(
        name="read_back",
        label=_("Read back to the caller, who agreed"),
        widget=Widget.YES_NO,
        section=_("What was said"),
    ),
    Field(name="letter_expected", label=_("Will a letter follow?"), widget=Widget.YES_NO, section=_("The letter")),
    Field(
        name="letter_number",
        label=_("Number of the letter"),
        widget=Widget.LINE,
        section=_("The letter"),
        clause=CLAUSE,
    ),
    Field(
        name="letter_date", label=_("Date of the letter"), widget=Widget.DATE, section=_("The letter"), clause=CLAUSE
    ),
    Field(
        name="letter_received_at",
        label=_("Letter received"),
        widget=Widget.MOMENT,
        section=_("The letter"),
        clause=CLAUSE,
    ),
)
