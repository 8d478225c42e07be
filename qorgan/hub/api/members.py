"""Routes of members: the profiles that the caller may see, and who acts for them (R67.3.2)."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings

from qorgan.hub.api import given, given_members, taken
from qorgan.hub.api.call import Answer, Call
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.members import actions, journal, modules, queries
from qorgan.hub.members.access import Reach, organisation_for, require
from qorgan.hub.members.models import JournalEntry, Membership, Module, Organisation
from qorgan.hub.members.modules import Issued
from qorgan.hub.members.roles import Right

_PAGE = 100
_MOST = 1_000


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


def connect(call: Call) -> Answer:
    """Connect an institution without an application (R67.3.2): the head of the centre alone."""
    asked: taken.NewMember = call.body
    made = actions.connect_organisation(asked.profile, by=call.scope, now=call.now, served_by=asked.served_by)
    return Answer(_shown(made), HTTPStatus.CREATED, headers={"Location": f"/api/v1/members/{made.pk}"})


def change(call: Call) -> Answer:
    """Put another profile in place of an institution's: the head of the centre alone. The BIN and kind stay."""
    asked: taken.NewMember = call.body
    made = actions.change_profile(call.id, asked.profile, by=call.scope, now=call.now, served_by=asked.served_by)
    return Answer(_shown(made))


def suspend(call: Call) -> Answer:
    """Take nothing more from an institution's modules."""
    asked: taken.WithReason = call.body
    return Answer(_shown(actions.suspend_organisation(call.id, reason=asked.reason, by=call.scope, now=call.now)))


def resume(call: Call) -> Answer:
    """Take a suspended institution back on."""
    asked: taken.WithReason = call.body
    return Answer(_shown(actions.resume_organisation(call.id, reason=asked.reason, by=call.scope, now=call.now)))


def modules_of(call: Call) -> Answer:
    """The integration modules of an institution."""
    require(call.scope, Right.MEMBERS_READ)
    return Answer([_module(one) for one in queries.modules(organisation_for(call.id))])


def add_module(call: Call) -> Answer:
    """Let an institution have a module. Its one-time code is in this answer and in no other."""
    asked: taken.NewModule = call.body
    made = modules.add_module(call.id, asked.name, verifier_key=_verifier_key(), by=call.scope, now=call.now)
    return Answer(_issued(made), HTTPStatus.CREATED)


def issue_code(call: Call) -> Answer:
    """A new one-time code for a module; those before it count no more."""
    made = modules.issue_code(call.id, verifier_key=_verifier_key(), by=call.scope, now=call.now)
    return Answer(_issued(made), HTTPStatus.CREATED)


def revoke_module(call: Call) -> Answer:
    """Take nothing more from a module, for good."""
    asked: taken.WithReason = call.body
    return Answer(_module(modules.revoke_module(call.id, reason=asked.reason, by=call.scope, now=call.now)))


def retire_key(call: Call) -> Answer:
    """Let a module's key count no more; it enrols anew."""
    asked: taken.WithReason = call.body
    return Answer(_module(modules.retire_key(call.id, reason=asked.reason, by=call.scope, now=call.now)))


def audit(call: Call) -> Answer:
    """Who did or read what, the newest first: at an institution, what was about its data."""
    require(call.scope, Right.JOURNAL_READ)
    rows = journal.entries().order_by("-pk")
    if act := call.query.get("act"):
        rows = rows.filter(act=act)
    if call.query.get("before"):
        rows = rows.filter(pk__lt=call.number("before", 1, 2**63 - 1))
    found = list(rows[: call.number("limit", _PAGE, _MOST)])
    named = _named(found, call)
    return Answer(
        [
            given_members.EntryShown(
                id=one.pk,
                at=one.at,
                person=one.person_id if one.person_id in named else None,
                organisation=one.organisation_id,
                act=one.act,
                object=one.object,
                detail=one.detail,
            )
            for one in found
        ]
    )


def _named(entries: list[JournalEntry], call: Call) -> set[int]:
    """Whom the caller may know of: an institution learns that the centre read its data, and not which of its people."""
    people = {one.person_id for one in entries if one.person_id is not None}
    if call.scope.reach is Reach.CENTRE:
        return people
    return set(Membership.objects.filter(person_id__in=people).values_list("person_id", flat=True))


def _verifier_key() -> str:
    return str(read_log_key(settings.CONFIG).verifier())


def _issued(made: Issued) -> given_members.CodeIssued:
    return given_members.CodeIssued(module=made.module.pk, code=made.code, expires_at=made.expires_at)


def _module(one: Module) -> given_members.ModuleShown:
    return given_members.ModuleShown(
        id=one.pk,
        organisation=one.organisation_id,
        name=one.name,
        state=one.state,
        version=one.version,
        last_seen_at=one.last_seen_at,
        high_water=one.high_water,
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
