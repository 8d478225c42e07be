"""Routes of accounts: blocking, handing over, invitations, lost second factors, and who stands in (R67.6, R48.15)."""

from __future__ import annotations

from http import HTTPStatus

from qorgan.hub.api import given_members as given
from qorgan.hub.api import taken
from qorgan.hub.api.call import Answer, Call
from qorgan.hub.api.given import RoleAt
from qorgan.hub.members import absences, blocking, invitations, people, queries, resetting
from qorgan.hub.members.access import Reach, organisation_for, person_for, require
from qorgan.hub.members.models import Absence, Person
from qorgan.hub.members.reset import FactorReset
from qorgan.hub.members.roles import Right


def show(call: Call) -> Answer:
    """One account: for the centre, and for the head of the unit whose employee it is."""
    return Answer(_account(_seen(call)))


def block(call: Call) -> Answer:
    """Close an account; every session of it ends."""
    asked: taken.WithReason = call.body
    return Answer(_account(blocking.block(_person(call), reason=asked.reason, by=call.scope, now=call.now)))


def unblock(call: Call) -> Answer:
    """Open a closed account again."""
    asked: taken.WithReason = call.body
    return Answer(_account(blocking.unblock(_person(call), reason=asked.reason, by=call.scope, now=call.now)))


def invite(call: Call) -> Answer:
    """A new invitation. Its code is in this answer and in no other."""
    made = invitations.invite(_person(call), by=call.scope, now=call.now)
    return Answer(
        given.InvitationMade(person=made.person.pk, code=made.code, expires_at=made.expires_at), HTTPStatus.CREATED
    )


def hand_over(call: Call) -> Answer:
    """Let a successor take an employee's roles in an institution."""
    asked: taken.HandOver = call.body
    left = people.hand_over(
        _person(call),
        call.id,
        asked.successor,
        vacant=asked.vacant,
        reason=asked.reason,
        by=call.scope,
        now=call.now,
    )
    return Answer(_account(person_for(left.pk)))


def ask_reset(call: Call) -> Answer:
    """Ask that another's lost second factor be reset."""
    asked: taken.WithReason = call.body
    made = resetting.ask(_person(call), reason=asked.reason, by=call.scope, now=call.now)
    return Answer(_reset(made), HTTPStatus.CREATED)


def resets(call: Call) -> Answer:
    """Second factors that wait to be reset, as far as the caller may see."""
    require(call.scope, Right.FACTORS_ASK)
    return Answer([_reset(one) for one in resetting.waiting()])


def reset(call: Call) -> Answer:
    """Take every second factor off the account; its sessions end, and the next sign-in enrols anew."""
    return Answer(_reset(resetting.reset(call.id, by=call.scope, now=call.now)))


def decline_reset(call: Call) -> Answer:
    """Leave the account as it is, and say why."""
    asked: taken.WithReason = call.body
    return Answer(_reset(resetting.decline(call.id, reason=asked.reason, by=call.scope, now=call.now)))


def away(call: Call) -> Answer:
    """Who is away from an institution or will be, and who stands in."""
    require(call.scope, Right.MEMBERS_READ)
    return Answer([_absence(one) for one in queries.absences(organisation_for(call.id), call.now)])


def record_absence(call: Call) -> Answer:
    """Record that one is away, and who stands in."""
    asked: taken.NewAbsence = call.body
    made = absences.record_absence(
        call.id,
        asked.deputy,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        reason=asked.reason,
        by=call.scope,
        now=call.now,
    )
    return Answer(_absence(made), HTTPStatus.CREATED)


def revoke_absence(call: Call) -> Answer:
    """End an absence early."""
    return Answer(_absence(absences.revoke_absence(call.id, by=call.scope, now=call.now)))


def _person(call: Call) -> int:
    return int(call.path["person"])


def _seen(call: Call) -> Person:
    if call.scope.reach is Reach.CENTRE:
        require(call.scope, Right.MEMBERS_READ)
    else:
        blocking.employer_of(_person(call), Right.ACCOUNTS_BLOCK, call.scope)
    return person_for(_person(call))


def _account(one: Person) -> given.AccountShown:
    return given.AccountShown(
        person=one.pk,
        surname=one.surname,
        given_name=one.given_name,
        patronymic=one.patronymic,
        position=one.position,
        phones=one.phones,
        email=one.email,
        active=one.is_active,
        roles=[RoleAt(role=role.role, organisation=role.organisation_id) for role in queries.roles_of(one)],
    )


def _reset(one: FactorReset) -> given.ResetShown:
    return given.ResetShown(
        id=one.pk,
        person=one.person_id,
        organisation=one.organisation_id,
        reason=one.reason,
        asked_at=one.asked_at,
        done_at=one.done_at,
        declined=one.declined,
    )


def _absence(one: Absence) -> given.AbsenceShown:
    return given.AbsenceShown(
        id=one.pk,
        organisation=one.organisation_id,
        absent=one.absent_id,
        deputy=one.deputy_id,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        revoked_at=one.revoked_at,
    )
