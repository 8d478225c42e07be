"""Routes of members: the profiles that the caller may see, and who acts for them (R67.3.2)."""

from __future__ import annotations

from qorgan.hub.api import given
from qorgan.hub.api.call import Answer, Call
from qorgan.hub.members import queries
from qorgan.hub.members.access import organisation_for, require
from qorgan.hub.members.models import Organisation
from qorgan.hub.members.roles import Right


def index(call: Call) -> Answer:
    """Profiles of institutions that the caller may see."""
    require(call.scope, Right.MEMBERS_READ)
    return Answer([_shown(one) for one in queries.organisations()])


def show(call: Call) -> Answer:
    """The profile of one institution."""
    require(call.scope, Right.MEMBERS_READ)
    return Answer(_shown(organisation_for(call.id)))


def people(call: Call) -> Answer:
    """Who acts for an institution."""
    require(call.scope, Right.MEMBERS_READ)
    rows = queries.memberships(organisation_for(call.id))
    return Answer(
        [
            given.PersonShown(
                person=one.person_id, name=str(one.person.full_name), role=one.role, active=one.person.is_active
            )
            for one in rows
        ]
    )


def _shown(one: Organisation) -> given.MemberShown:
    return given.MemberShown(
        id=one.pk,
        bin=one.bin,
        kind=one.kind,
        name_kk=one.name_kk,
        name_ru=one.name_ru,
        name_en=one.name_en,
        email=one.email,
        reporting_phone=one.reporting_phone,
        state=one.state,
        served_by=one.served_by_id,
        networks=list(one.networks),
        domains=list(one.domains),
        contacts=list(one.contacts),
        inventory=list(one.inventory),
    )
