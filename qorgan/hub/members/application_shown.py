"""Applications as pages show them: every field with what stands there, what differs, and what was found lacking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.members.applications import fields_of, may
from qorgan.hub.members.difference import Changed, differences, entries, flat
from qorgan.hub.members.lifecycle import State, Verb
from qorgan.hub.members.models import Application, ApplicationKind, Membership
from qorgan.hub.members.roles import Role
from qorgan.law.asoi import OrganisationKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STATES: Final[dict[State, tuple[str, _StrPromise]]] = {
    State.NEW: ("warn", _("Waits for review")),
    State.UNDER_REVIEW: ("warn", _("Under review")),
    State.SENT_BACK: ("bad", _("Sent back to be mended")),
    State.ACCEPTED: ("good", _("Accepted")),
    State.WITHDRAWN: ("idle", _("Withdrawn")),
}
FIELDS: Final[dict[str, _StrPromise]] = {
    "surname": _("Surname"),
    "given_name": _("Given name"),
    "patronymic": _("Patronymic, if any"),
    "position": _("Position"),
    "role": _("Role"),
    "letter": _("Number and date of the letter"),
    "bin": _("BIN"),
    "kind": _("Kind of organisation"),
    "name_kk": _("Name in Kazakh"),
    "name_ru": _("Name in Russian"),
    "name_en": _("Name in English"),
    "email": _("E-mail"),
    "reporting_phone": _("Registered reporting phone"),
    "contacts": _("Contacts round the clock"),
    "networks": _("Networks"),
    "domains": _("Domains"),
    "inventory": _("Software and hardware"),
    "soc_bin": _("BIN of its security operations centre"),
    "soc_name_kk": _("The centre's name in Kazakh"),
    "soc_name_ru": _("The centre's name in Russian"),
    "soc_name_en": _("The centre's name in English"),
    "soc_email": _("The centre's e-mail"),
    "phones": _("Contact phones"),
}
"""In the order in which they are read."""
_SHOWN: Final = 12
"""Entries of a long list that a field shows at once."""


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field of an application."""

    name: str
    label: str
    lines: tuple[str, ...]
    more: int
    """Entries beyond those shown."""
    finding: str
    """Why it was sent back the last time; '' when it was not."""
    changed: Changed | None
    """What differs from the profile as it was, or from what was sent back."""
    can_be_found: bool
    """Whether it can be sent back."""


@dataclass(frozen=True, slots=True)
class ApplicationShown:
    """An application in a list or on its page."""

    key: UUID
    kind: str
    what: str
    """What it is about, by name."""
    state_kind: str
    state: str
    made_by: str
    made_at: datetime
    moved_at: datetime
    application: Application
    verbs: frozenset[str]
    """What whoever looks may do with it."""

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen to it."""
        return State(self.application.state) not in {State.ACCEPTED, State.WITHDRAWN}


def applications_shown(found: list[Application], scope: Scope, language: str) -> list[ApplicationShown]:
    """Applications in words. An institution is not told which employee of the centre wrote one down."""
    makers = {one.made_by_id for one in found}
    if scope.reach is not Reach.CENTRE:
        makers = set(Membership.objects.filter(person_id__in=makers).values_list("person_id", flat=True))
    return [_shown(one, scope, language, named=one.made_by_id in makers) for one in found]


def fields_shown(application: Application, language: str) -> list[FieldShown]:
    """Its fields, in the order of its form."""
    reasons = {found["field"]: found["reason"] for found in application.findings}
    against = application.returned or application.before
    changed = {one.field: one for one in differences(against, application.content)} if against else {}
    found = []
    can = set(fields_of(application))
    content = flat(application.content)
    for name in FIELDS:
        if name not in content:
            continue
        lines = tuple(_told(name, line, language) for line in entries(content[name]))
        found.append(
            FieldShown(
                name,
                str(FIELDS[name]),
                lines[:_SHOWN],
                max(0, len(lines) - _SHOWN),
                reasons.get(name, ""),
                changed.get(name),
                name in can,
            )
        )
    return found


def _shown(application: Application, scope: Scope, language: str, *, named: bool) -> ApplicationShown:
    kind, words = STATES[State(application.state)]
    return ApplicationShown(
        key=application.pk,
        kind=application.get_kind_display(),
        what=_what(application, language),
        state_kind=kind,
        state=str(words),
        made_by=str(application.made_by) if named else gettext("the sectoral centre"),
        made_at=application.made_at,
        moved_at=application.moved_at,
        application=application,
        verbs=frozenset(verb.value for verb in Verb if may(application, verb, scope)),
    )


def _what(application: Application, language: str) -> str:
    content = application.content
    if application.kind == ApplicationKind.ACCOUNT:
        return " ".join(content[name] for name in ("surname", "given_name", "patronymic") if content[name])
    profile = content["profile"] if application.kind == ApplicationKind.CONNECTION else content
    return str(profile.get(f"name_{language}") or profile["name_en"])


def _told(name: str, line: str, language: str) -> str:
    if name == "kind":
        return OrganisationKind(line).label(language)
    return str(Role(line).label) if name == "role" else line
