"""What accepting an application makes: a connected organisation, an opened account, a changed profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members import actions, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.content import Account, Connection, Soc, content_of, plain
from qorgan.hub.members.invitations import Invited, invite
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Application, Organisation, Person
from qorgan.hub.members.people import give_role
from qorgan.hub.members.profile import Profile
from qorgan.hub.members.roles import Role
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it."""

    outcome: str
    """The key of the organisation or of the person."""
    invited: Invited | None = None
    """The invitation of a new account, to be shown once."""


def accept(application: Application, *, by: Scope, now: datetime) -> Made:
    """Make what an application asks for, inside the act that accepts it. Raises Refusal."""
    match content_of(application):
        case Connection() as content:
            return Made(str(_connect(content, application.organisation, by, now)))
        case Account() as content:
            return _open(content, application, by, now)
        case Profile() as content:
            return Made(str(_change(content, application, by, now)))


def _connect(content: Connection, applicant: Organisation | None, by: Scope, now: datetime) -> UUID:
    served_by = None
    if content.soc is not None:
        served_by = _soc(content.soc, by, now)
    elif applicant is not None and applicant.kind == OrganisationKind.SOC:
        served_by = applicant.pk
    made = actions.connect_organisation(content.profile, by=by, now=now, served_by=served_by)
    if made.kind == OrganisationKind.SOC and applicant is not None:
        # The institution asked for its own centre to be connected: from now on it serves it.
        actions.change_profile(applicant.pk, actions.profile_of(applicant), by=by, now=now, served_by=made.pk)
    return made.pk


def _soc(soc: Soc, by: Scope, now: datetime) -> UUID:
    """The centre that the application names: one that is connected already, or a new one (R67.5)."""
    found = Organisation.objects.filter(bin=soc.bin).first()
    if found is not None:
        return found.pk
    said = {name: getattr(soc, name) for name in Soc.__struct_fields__}
    return actions.connect_organisation(Profile(kind=OrganisationKind.SOC, **said), by=by, now=now).pk


def _open(content: Account, application: Application, by: Scope, now: datetime) -> Made:
    if Person.objects.filter(email__iexact=content.email).exists():
        raise Refusal("email-taken", _("An account with this address exists already."), field="email")
    person = Person.objects.create_user(
        content.email,
        None,
        surname=content.surname,
        given_name=content.given_name,
        patronymic=content.patronymic,
        position=content.position,
        phones=", ".join(content.phones),
    )
    journal.write(Act.PERSON_ADDED, by=by, now=now, organisation=application.organisation_id, on=str(person.pk))
    give_role(person, _required(application.organisation_id), Role(content.role), by=by, now=now)
    return Made(str(person.pk), invite(person.pk, by=by, now=now))


def _change(content: Profile, application: Application, by: Scope, now: datetime) -> UUID:
    """Put in what was proposed, field by field, on the profile as it is. Raises Refusal `profile-moved`."""
    organisation = Organisation.objects.select_for_update().get(pk=_required(application.organisation_id))
    current, proposed = plain(actions.profile_of(organisation)), plain(content)
    before = plain(msgspec.convert(application.before, Profile))
    changed = {name: value for name, value in proposed.items() if value != before[name]}
    moved = [name for name in changed if current[name] not in (before[name], changed[name])]
    if moved:
        raise Refusal(
            "profile-moved",
            _("The profile was changed meanwhile in the same fields. Send the proposal back, so that it is made anew."),
        )
    profile = msgspec.convert(current | changed, Profile)
    actions.change_profile(organisation.pk, profile, by=by, now=now, served_by=organisation.served_by_id)
    return organisation.pk


def _required(organisation_id: UUID | None) -> UUID:
    if organisation_id is None:
        raise ValueError("an application for an account or a profile names its organisation")
    return organisation_id
