"""What is done with members: each act one transaction, one journal entry, in the name of whoever acts.

The acts that bring people and give roles stand in `people`, those on modules in `modules`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members import access, connecting, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Organisation, OrganisationState
from qorgan.hub.members.profile import Profile, check
from qorgan.hub.members.roles import Right
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind

_SERVES_ITSELF = frozenset({OrganisationKind.SOC, OrganisationKind.AUTHORITY})


@transaction.atomic
def connect_organisation(profile: Profile, *, by: Scope, now: datetime, served_by: UUID | None = None) -> Organisation:
    """Connect an organisation of any kind to ASOI (R67.3.2). Raises Refusal.

    `served_by` is the security operations centre that acts for it (R67.7).
    """
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    check(profile)
    if Organisation.objects.filter(bin=profile.bin).exists():
        raise Refusal("bin-taken", _("An organisation with this BIN is connected already."), field="bin")
    organisation = Organisation(created_at=now, served_by=_centre_serving(profile, served_by), **_columns(profile))
    organisation.save(force_insert=True)
    journal.write(
        Act.ORGANISATION_CONNECTED,
        by=by,
        now=now,
        organisation=organisation.pk,
        on=profile.bin,
        detail={"kind": profile.kind.value},
    )
    connecting.connected(organisation, by=by, now=now)
    return organisation


@transaction.atomic
def change_profile(
    organisation_id: UUID, profile: Profile, *, by: Scope, now: datetime, served_by: UUID | None = None
) -> Organisation:
    """Put another profile in place of the one an organisation has. Raises Refusal; the BIN and kind stay."""
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    check(profile)
    organisation = access.organisation_for(organisation_id)
    if (profile.bin, profile.kind.value) != (organisation.bin, organisation.kind):
        raise Refusal("bin-fixed", _("The BIN and the kind of an organisation never change."), field="bin")
    before = {name: getattr(organisation, name) for name in _columns(profile)}
    for name, value in _columns(profile).items():
        setattr(organisation, name, value)
    organisation.served_by = _centre_serving(profile, served_by)
    organisation.save()
    changed = sorted(name for name, value in _columns(profile).items() if value != before[name])
    journal.write(
        Act.ORGANISATION_CHANGED,
        by=by,
        now=now,
        organisation=organisation.pk,
        on=organisation.bin,
        detail={"changed": changed},
    )
    return organisation


@transaction.atomic
def suspend_organisation(organisation_id: UUID, *, reason: str, by: Scope, now: datetime) -> Organisation:
    """Take an organisation off: from the next request on nothing is taken from its modules."""
    return _move(organisation_id, OrganisationState.SUSPENDED, Act.ORGANISATION_SUSPENDED, reason, by, now)


@transaction.atomic
def resume_organisation(organisation_id: UUID, *, reason: str, by: Scope, now: datetime) -> Organisation:
    """Take a suspended organisation back on."""
    return _move(organisation_id, OrganisationState.CONNECTED, Act.ORGANISATION_RESUMED, reason, by, now)


def _move(
    organisation_id: UUID, state: OrganisationState, act: Act, reason: str, by: Scope, now: datetime
) -> Organisation:
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    organisation = access.organisation_for(organisation_id)
    if organisation.state == state:
        raise Refusal("state-same", _("The organisation is in this state already."))
    organisation.state = state
    organisation.save(update_fields=["state"])
    journal.write(act, by=by, now=now, organisation=organisation.pk, on=organisation.bin, detail={"reason": reason})
    if state == OrganisationState.CONNECTED:
        connecting.connected(organisation, by=by, now=now)
    return organisation


def _centre_serving(profile: Profile, served_by: UUID | None) -> Organisation | None:
    """The security operations centre that serves an organisation of this profile. Raises Refusal."""
    if served_by is None:
        return None
    if profile.kind in _SERVES_ITSELF:
        raise Refusal("served-by-nobody", _("An organisation of this kind is served by nobody."), field="served_by")
    centre = access.organisation_for(served_by)
    if centre.kind != OrganisationKind.SOC:
        raise Refusal(
            "not-a-centre", _("Only a security operations centre can serve another organisation."), field="served_by"
        )
    return centre


def _columns(profile: Profile) -> dict[str, object]:
    """As the columns hold them: what is a tuple in a profile is a list in JSON."""
    return msgspec.json.decode(msgspec.json.encode(profile), type=dict[str, object])


def profile_of(organisation: Organisation) -> Profile:
    """The profile that an organisation has."""
    return msgspec.convert({name: getattr(organisation, name) for name in Profile.__struct_fields__}, Profile)
