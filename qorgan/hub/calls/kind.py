"""The report by phone as a kind of document, and what holds of it besides its own words (R48I.3-fallback)."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.utils.translation import gettext_lazy as _

from qorgan.hub.calls.completeness import facets, lacks, untimely
from qorgan.hub.calls.content import Match, PhoneReport
from qorgan.hub.calls.form import CLAUSE, FIELDS
from qorgan.hub.calls.lifecycle import LIFE, PREPARATION, RECEPTION
from qorgan.hub.calls.queries import words_of
from qorgan.hub.casework.exact import read_content
from qorgan.hub.casework.kinds import Addressing, DocumentKind
from qorgan.hub.casework.models import Document, Reception
from qorgan.hub.members.access import Scope, organisation_for
from qorgan.hub.members.models import Organisation
from qorgan.kit.refusal import Refusal, Sentence
from qorgan.law.documents import DocumentType


def check(document: Document, verb: str, _by: Scope, _now: datetime) -> None:
    """Hold a report against the profile when it is recorded, and against the card when it is joined. Raises Refusal."""
    if verb == "submit":
        _check_number(document)
    if verb == "join":
        _check_card(document)


def match_of(number: str, institution: Organisation) -> Match:
    """How a calling number stands to an institution's profile."""
    if not institution.reporting_phone:
        return Match.NONE
    return Match.REGISTERED if plain_number(number) == institution.reporting_phone else Match.ANOTHER


def plain_number(text: str) -> str:
    """A phone number in E.164, out of whatever way it is written in Kazakhstan: `8 (727) …` is `+7727…`."""
    digits = "".join(character for character in text if character.isdigit())
    if digits.startswith("8") and len(digits) == _NATIONAL and "+" not in text:
        digits = "7" + digits[1:]
    return f"+{digits}"


_NATIONAL: Final = 11


def _check_number(document: Document) -> None:
    institutions = document.draft.addressees
    if len(institutions) != 1:
        raise _wrong("institution-missing", _("Choose the one institution that called."), "addressees")
    report = read_content(PHONE_REPORT, document.draft.content)
    if not isinstance(report, PhoneReport):
        raise TypeError(f"{document.number} is no report by phone")
    if document.version > 1 and words_of(document, document.version - 1).calling_number == report.calling_number:
        # It was held against the profile of its day.
        return
    found = match_of(report.calling_number, organisation_for(institutions[0]))
    if report.number_is is not found:
        raise _wrong("number-mismatch", _SAYS[found], "number_is")


def _check_card(document: Document) -> None:
    card = document.about
    if card is None or card.kind != DocumentType.INCIDENT_CARD:
        raise _wrong("card-missing", _("Choose the card that it is joined with."), "about")
    if card.drill != document.drill:
        raise _wrong("drill-apart", _("A training document and a real one are never joined."), "about")
    if not Reception.objects.filter(document=document, organisation_id=card.author_id).exists():
        raise _wrong("card-of-another", _("This card is of another institution than the one that called."), "about")


_SAYS: Final[dict[Match, Sentence]] = {
    Match.REGISTERED: _("The calling number is that of the profile: mark it so."),
    Match.ANOTHER: _(
        "The calling number is not that of the profile: mark it so, call back, and write down whom you reached."
    ),
    Match.NONE: _("The profile has no phone registered: mark it so, call back, and write down whom you reached."),
}


def _wrong(code: str, message: Sentence, field: str) -> Refusal:
    return Refusal(code, message, CLAUSE, HTTPStatus.UNPROCESSABLE_ENTITY, field=field)


PHONE_REPORT: Final = DocumentKind(
    document_type=DocumentType.PHONE_REPORT,
    letters="PR",
    content=PhoneReport,
    life=LIFE,
    preparation=PREPARATION,
    reception=RECEPTION,
    addressing=Addressing.CHOSEN,
    fields=FIELDS,
    lacks=lacks,
    untimely=untimely,
    facets=facets,
    made_by_centre_only=True,
    needs_agreement=False,
    after=check,
)
