"""Routes of applications: made, read, reviewed, mended, withdrawn (R67.5, R67.6, R67.3.2)."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from django.utils.translation import gettext_lazy as _

from qorgan.hub.api import given_members as given
from qorgan.hub.api import taken
from qorgan.hub.api.call import Answer, Call, flag
from qorgan.hub.members import applications, queries
from qorgan.hub.members.access import application_for, require
from qorgan.hub.members.applications import Finding
from qorgan.hub.members.content import Content, content_type
from qorgan.hub.members.invitations import Invited
from qorgan.hub.members.lifecycle import Verb
from qorgan.hub.members.models import Application
from qorgan.hub.members.roles import Right
from qorgan.kit.refusal import Refusal

_PAGE = 50
_MOST = 200


def index(call: Call) -> Answer:
    """Applications that the caller may see: the open ones, the longest waiting first, or all, the newest first."""
    require(call.scope, Right.MEMBERS_READ)
    rows = queries.applications(everything=flag(call.query.get("all", ""), "all"))
    return Answer([_shown(one, call) for one in rows[: call.number("limit", _PAGE, _MOST)]])


def show(call: Call) -> Answer:
    """One application, with what the caller may do."""
    require(call.scope, Right.MEMBERS_READ)
    return Answer(_shown(application_for(call.id), call))


def connection(call: Call) -> Answer:
    """Apply for a connection: of one's centre, of whom one's centre will serve, or by letter as the centre (R67.5)."""
    asked: taken.NewConnection = call.body
    return _made(
        applications.apply_for_connection(
            asked.content, organisation_id=asked.organisation, by=call.scope, now=call.now
        ),
        call,
    )


def account(call: Call) -> Answer:
    """Apply for a personal account (R67.6)."""
    asked: taken.NewAccount = call.body
    return _made(
        applications.apply_for_account(asked.content, organisation_id=asked.organisation, by=call.scope, now=call.now),
        call,
    )


def profile(call: Call) -> Answer:
    """Propose a change of the profile of one's institution (R67.3.2)."""
    asked: taken.NewProfile = call.body
    return _made(
        applications.propose_profile(asked.content, organisation_id=asked.organisation, by=call.scope, now=call.now),
        call,
    )


def perform(call: Call) -> Answer:
    """Say a verb of an application: take-up, send-back, mend, accept, withdraw."""
    asked: taken.ApplicationVerb = call.body
    by, now = call.scope, call.now
    match call.path["verb"]:
        case Verb.TAKE_UP:
            applications.take_up(call.id, by=by, now=now)
        case Verb.SEND_BACK:
            found = tuple(Finding(one.field, one.reason) for one in asked.findings)
            applications.send_back(call.id, found, by=by, now=now)
        case Verb.MEND:
            applications.mend(call.id, _content(call, asked), by=by, now=now)
        case Verb.WITHDRAW:
            applications.withdraw(call.id, by=by, now=now)
        case Verb.ACCEPT:
            made = applications.accept(call.id, by=by, now=now)
            return Answer(_shown(application_for(call.id), call, made.invited))
        case _:
            raise Refusal("verb-unknown", _("There is no such act."), status=HTTPStatus.NOT_FOUND)
    return Answer(_shown(application_for(call.id), call))


def _content(call: Call, asked: taken.ApplicationVerb) -> Content:
    kind = application_for(call.id).kind
    try:
        return msgspec.convert(asked.content, content_type(kind))
    except msgspec.ValidationError as wrong:
        told, _at, path = str(wrong).partition(" - at ")
        raise Refusal(
            "content-malformed", told, status=HTTPStatus.BAD_REQUEST, field=path.strip("`").removeprefix("$.")
        ) from None


def _made(made: Application, call: Call) -> Answer:
    where = f"/api/v1/applications/{made.pk}"
    return Answer(_shown(made, call), HTTPStatus.CREATED, headers={"Location": where})


def _shown(one: Application, call: Call, invited: Invited | None = None) -> given.ApplicationShown:
    return given.ApplicationShown(
        id=one.pk,
        kind=one.kind,
        organisation=one.organisation_id,
        state=one.state,
        content=one.content,
        before=one.before,
        findings=[given.FindingShown(field=found["field"], reason=found["reason"]) for found in one.findings],
        made_at=one.made_at,
        moved_at=one.moved_at,
        outcome=one.outcome,
        verbs=[verb.value for verb in Verb if applications.may(one, verb, call.scope)],
        invitation=given.InvitationMade(person=invited.person.pk, code=invited.code, expires_at=invited.expires_at)
        if invited
        else None,
    )
