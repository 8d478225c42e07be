"""What a report by phone lacks before it may be recorded (R48I.3-fallback)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from qorgan.cards.discretion import indiscretions
from qorgan.cards.lack import Lack
from qorgan.hub.calls.content import Match, PhoneReport
from qorgan.hub.calls.form import CLAUSE, FIELDS
from qorgan.hub.casework.kinds import Facets
from qorgan.kit.refusal import Sentence

SKEW: Final = timedelta(minutes=5)
OWN_NUMBERS: Final = frozenset({"calling_number", "call_back"})
"""Fields that ask for phones of the institution itself."""

_ORDER: Final = {field.name: place for place, field in enumerate(FIELDS)}
_Rule = tuple[str, Callable[[PhoneReport], bool], Sentence]

_RULES: Final[tuple[_Rule, ...]] = (
    ("called_at", lambda report: report.called_at is not None, _("Say when the call came.")),
    ("calling_number", lambda report: bool(report.calling_number.strip()), _("Write down the calling number.")),
    ("number_is", lambda report: report.number_is is not None, _("Hold the number against the profile.")),
    (
        "call_back",
        lambda report: report.number_is in {None, Match.REGISTERED} or bool(report.call_back.strip()),
        _("The call did not come from the registered number: call back, and write down whom you reached."),
    ),
    ("caller", lambda report: bool(report.caller.strip()), _("Write down who called.")),
    ("category", lambda report: report.category is not None, _("Choose one of the seven categories.")),
    ("found_at", lambda report: report.found_at is not None, _("Ask when it was found.")),
    ("description", lambda report: bool(report.description.strip()), _("Say in a few words what happened.")),
    ("read_back", lambda report: report.read_back is True, _("Read it back to the caller before you record it.")),
    (
        "found_at",
        lambda report: not (report.found_at and report.called_at) or report.found_at <= report.called_at,
        _("It cannot have been found after the call."),
    ),
    (
        "letter_number",
        lambda report: report.letter_received_at is None or bool(report.letter_number.strip()),
        _("Give the number of the letter that has come."),
    ),
    (
        "letter_date",
        lambda report: report.letter_received_at is None or report.letter_date is not None,
        _("Give the date of the letter that has come."),
    ),
)


def lacks(report: PhoneReport) -> list[Lack]:
    """What the report lacks, in the order of its form."""
    found = [Lack(field, str(message), CLAUSE) for field, holds, message in _RULES if not holds(report)]
    return sorted([*found, *indiscretions(report, FIELDS, OWN_NUMBERS)], key=lambda lack: _ORDER[lack.field])


def untimely(report: PhoneReport, now: datetime) -> Iterator[Lack]:
    """Times that lie ahead."""
    for name in ("called_at", "found_at", "letter_received_at"):
        at = getattr(report, name)
        if at is not None and at > now + SKEW:
            yield Lack(name, _("This lies in the future. Mend the time."), CLAUSE)


def facets(report: PhoneReport) -> Facets:
    """What lists and statistics take out of a report."""
    return Facets(
        title=report.title, category=report.category.value if report.category else "", found_at=report.found_at
    )
