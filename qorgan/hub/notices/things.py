"""What a notice is about besides documents: an application, an absence, an account, an institution (R67.3.2, R67.6).

Each obeys its own rule: PostgreSQL says whether an application or an absence is seen; of accounts and institutions the
scope says it, by the very words of their policies, which guard the notice when it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.members.application_shown import FIELDS
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Absence, Application, ApplicationKind, Membership, Organisation

if TYPE_CHECKING:
    from qorgan.hub.members.models import JournalEntry
    from qorgan.hub.notices.models import Notice


class Kind(StrEnum):
    """What a thing is; also the name of the notice's column that holds it."""

    ABSENCE = "absence"
    ACCOUNT = "account"
    APPLICATION = "application"
    INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class Thing:
    """One of them, by its key."""

    kind: Kind
    key: UUID | int

    @property
    def columns(self) -> dict[str, Any]:
        """As a row of notices holds it."""
        return {f"{self.kind.value}_id": self.key}


def thing_of(entry: JournalEntry) -> Thing | None:
    """What an act on members was about; None where its entry names nothing that a notice can speak of."""
    room = entry.act.partition(".")[0]
    if entry.act in {Act.ACCOUNT_HANDED_OVER, Act.SOURCE_ALARMED}:
        return Thing(Kind.INSTITUTION, entry.organisation_id) if entry.organisation_id else None
    if room in {"account", "factor"}:
        return Thing(Kind.ACCOUNT, int(entry.object)) if entry.object.isdecimal() else None
    return Thing(Kind(room), UUID(entry.object))


def thing_in(notice: Notice) -> Thing | None:
    """What a notice speaks of; None where that is a document."""
    found = ((kind, getattr(notice, f"{kind.value}_id")) for kind in Kind)
    return next((Thing(kind, key) for kind, key in found if key is not None), None)


def is_seen(thing: Thing, by: Scope) -> bool:
    """Whether whoever's scope is entered may see it."""
    if thing.kind is Kind.APPLICATION:
        return Application.objects.filter(pk=str(thing.key)).exists()
    if thing.kind is Kind.ABSENCE:
        return Absence.objects.filter(pk=str(thing.key)).exists()
    if by.reach is Reach.CENTRE or thing.key == by.person_id:
        return True
    if thing.kind is Kind.INSTITUTION:
        return thing.key in by.organisations
    return Membership.objects.filter(person_id=str(thing.key), organisation__in=by.organisations).exists()


def name_of_thing(notice: Notice) -> str:
    """What it is called in a list and in a letter, without anybody's name."""
    if notice.application_id is not None:
        kinds = Application.objects.filter(pk=notice.application_id).values_list("kind", flat=True)
        return str(ApplicationKind(kinds.get()).label)
    if notice.account_id is not None:
        return _("Your account") if notice.account_id == notice.person_id else _("Personal account")
    if notice.absence_id is not None:
        return _("Absence of the head of the unit")
    return _("Integration module") if notice.what == Act.SOURCE_ALARMED else _("Change of employees")


def title_of(notice: Notice, language: str) -> str:
    """Whose or what it is, for the page alone: the account's person, the institution, the fields sent back."""
    if notice.account_id is not None:
        return "" if notice.account_id == notice.person_id else str(notice.account)
    if notice.absence_id is not None:
        return str(notice.absence.deputy) if notice.absence else ""
    if notice.institution_id is not None:
        return Organisation.objects.get(pk=notice.institution_id).name(language)
    if notice.what == Act.APPLICATION_SENT_BACK and notice.application is not None:
        return ", ".join(str(FIELDS.get(one["field"], one["field"])) for one in notice.application.findings)
    return ""


def path_of_thing(notice: Notice) -> str:
    """The page where it is read, or done."""
    if notice.application_id is not None:
        return reverse("members:application", args=[notice.application_id])
    if notice.account_id is not None:
        own = notice.account_id == notice.person_id
        return reverse("mfa_index") if own else reverse("members:person", args=[notice.account_id])
    if notice.absence_id is not None:
        places = Absence.objects.filter(pk=notice.absence_id).values_list("organisation_id", flat=True)
        return reverse("members:organisation", args=[places.get()])
    return reverse("members:organisation", args=[notice.institution_id])


def link_to_thing(notice: Notice) -> str:
    """The same as a person types it."""
    return settings.CONFIG.portal.address.rstrip("/") + path_of_thing(notice)
