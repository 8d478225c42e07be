"""What notices say. The document's own words are in none of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from qorgan.law.calendar import zone
from qorgan.law.documents import DocumentType

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from qorgan.hub.casework.models import Document

SENTENCES: Final[dict[str, _StrPromise]] = {
    "preparation.propose": _("Waits for the agreement of the head of the unit"),
    "preparation.agree": _("Agreed by the head of the unit: it can be sent"),
    "preparation.decline": _("The head of the unit did not agree: see why"),
    "preparation.void": _("Changed after it was agreed: the agreement is void"),
    "life.submit": _("Sent"),
    "life.receive": _("Received"),
    "life.return": _("Sent back to be mended: see which fields lack"),
    "life.accept": _("Accepted"),
    "life.close": _("Closed"),
    "life.withdraw": _("Withdrawn"),
    "life.discard": _("Discarded before it was sent"),
    "life.join": _("Joined with the written report"),
    "life.dismiss": _("Dismissed"),
    "reception.bring": _("In force since before you were connected, and brought to you"),
    "reception.accept": _("The decision to accept waits for the agreement of the head of the unit"),
    "reception.decline": _("The decision to decline waits for the agreement of the head of the unit"),
    "reception.agree": _("The addressee's decision is agreed"),
    "reception.send-back": _("The head of the unit did not agree to the decision: see why"),
    "reception.process": _("The addressee has processed it"),
    "reception.take-up": _("Taken into work by the addressee"),
    "reception.decline-inquiry": _("Declined by the addressee: see why"),
    "reception.finish": _("The addressee has finished the work and is forming the answer"),
    "application.made": _("An application waits for review"),
    "application.taken-up": _("The centre reviews the application"),
    "application.sent-back": _("The centre sent the application back: see which fields are to be mended"),
    "application.mended": _("The application was mended and waits for review"),
    "application.accepted": _("The centre accepted the application"),
    "application.withdrawn": _("The application was withdrawn"),
    "account.blocked": _("The account is blocked"),
    "account.unblocked": _("The account is open again"),
    "account.handed-over": _("An employee leaves, and the roles were handed over"),
    "absence.recorded": _("A deputy is named for the absence"),
    "absence.revoked": _("The absence ended early, and with it the deputy's right to agree"),
    "factor.reset-asked": _("Somebody asked to reset the second factor of the account"),
    "factor.reset": _("The second factor was reset: the next sign-in enrols a new one"),
    "factor.reset-declined": _("The centre did not reset the second factor"),
    "module.source-alarmed": _("A source of the integration module fell silent, or gives what is unusual"),
    "clock.day-before": _("The term runs out on the next working day"),
    "clock.last-day": _("The term runs out today"),
    "clock.ran-out": _("The term has run out"),
    "clock.centre": _("The term has run out and nothing was done"),
}


def sentence(what: str) -> str:
    """What happened, in the language of the moment."""
    return str(SENTENCES[what])


def name_of(document: Document, language: str) -> str:
    """The kind and number of a document: `Incident card IC-2026-7KQ2MX`."""
    kind = DocumentType(document.kind).label(language)
    return f"{kind[:1].upper()}{kind[1:]} {document.number}"


def moment(at: datetime) -> str:
    """A moment in Almaty, to the minute."""
    return f"{at.astimezone(zone()):%d.%m.%Y %H:%M}"


def link_to(document: Document) -> str:
    """The address of a document's page, as a person types it."""
    return settings.CONFIG.portal.address.rstrip("/") + path_of(document)


def path_of(document: Document) -> str:
    """The page of a document; the notices where this hub has none."""
    try:
        return reverse("desk:document", args=[document.pk])
    except NoReverseMatch:
        return reverse("notices:list")
