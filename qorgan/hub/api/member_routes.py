"""The table of routes: members, their applications, accounts, absences and modules, and the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from qorgan.hub.api import applications, given, members, people, taken
from qorgan.hub.api import given_members as told
from qorgan.hub.api.call import Answer, Call
from qorgan.hub.api.route import Route

_MEMBER: Final = "members/<uuid:id>"
_PERSON: Final = "people/<int:person>"


def _with_reason(
    name: str, path: str, does: Callable[[Call], Answer], gives: type, status: int = HTTPStatus.OK
) -> Route:
    return Route(name=name, method="POST", path=path, does=does, takes=taken.WithReason, gives=gives, status=status)


_INSTITUTIONS: Final = (
    Route(name="members", method="GET", path="members", does=members.index, gives=list[given.MemberShown]),
    Route(
        name="connect",
        method="POST",
        path="members",
        does=members.connect,
        takes=taken.NewMember,
        gives=given.MemberShown,
        status=HTTPStatus.CREATED,
    ),
    Route(name="member", method="GET", path=_MEMBER, does=members.show, gives=given.MemberShown),
    Route(
        name="change-member",
        method="PUT",
        path=_MEMBER,
        does=members.change,
        takes=taken.NewMember,
        gives=given.MemberShown,
    ),
    _with_reason("suspend", f"{_MEMBER}/suspension", members.suspend, given.MemberShown),
    _with_reason("resume", f"{_MEMBER}/resumption", members.resume, given.MemberShown),
    Route(name="people", method="GET", path=f"{_MEMBER}/people", does=members.people, gives=list[given.PersonShown]),
    Route(
        name="hand-over",
        method="POST",
        path=f"{_MEMBER}/people/<int:person>/hand-over",
        does=people.hand_over,
        takes=taken.HandOver,
        gives=told.AccountShown,
    ),
    Route(name="absences", method="GET", path=f"{_MEMBER}/absences", does=people.away, gives=list[told.AbsenceShown]),
    Route(
        name="record-absence",
        method="POST",
        path=f"{_MEMBER}/absences",
        does=people.record_absence,
        takes=taken.NewAbsence,
        gives=told.AbsenceShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="revoke-absence",
        method="DELETE",
        path="absences/<uuid:id>",
        does=people.revoke_absence,
        gives=told.AbsenceShown,
    ),
)

_ACCOUNTS: Final = (
    Route(name="person", method="GET", path=_PERSON, does=people.show, gives=told.AccountShown),
    _with_reason("block", f"{_PERSON}/blocking", people.block, told.AccountShown),
    _with_reason("unblock", f"{_PERSON}/unblocking", people.unblock, told.AccountShown),
    Route(
        name="invite",
        method="POST",
        path=f"{_PERSON}/invitation",
        does=people.invite,
        takes=taken.Nothing,
        gives=told.InvitationMade,
        status=HTTPStatus.CREATED,
    ),
    _with_reason("ask-reset", f"{_PERSON}/reset", people.ask_reset, told.ResetShown, status=HTTPStatus.CREATED),
    Route(name="resets", method="GET", path="resets", does=people.resets, gives=list[told.ResetShown]),
    Route(
        name="reset",
        method="POST",
        path="resets/<uuid:id>/done",
        does=people.reset,
        takes=taken.Nothing,
        gives=told.ResetShown,
    ),
    _with_reason("decline-reset", "resets/<uuid:id>/declined", people.decline_reset, told.ResetShown),
)

_APPLICATIONS: Final = (
    Route(
        name="applications",
        method="GET",
        path="applications",
        does=applications.index,
        gives=list[told.ApplicationShown],
        query=("all", "limit"),
    ),
    Route(
        name="application",
        method="GET",
        path="applications/<uuid:id>",
        does=applications.show,
        gives=told.ApplicationShown,
    ),
    Route(
        name="apply-connection",
        method="POST",
        path="applications/connections",
        does=applications.connection,
        takes=taken.NewConnection,
        gives=told.ApplicationShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="apply-account",
        method="POST",
        path="applications/accounts",
        does=applications.account,
        takes=taken.NewAccount,
        gives=told.ApplicationShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="propose-profile",
        method="POST",
        path="applications/profiles",
        does=applications.profile,
        takes=taken.NewProfile,
        gives=told.ApplicationShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="perform-application",
        method="POST",
        path="applications/<uuid:id>/verbs/<slug:verb>",
        does=applications.perform,
        takes=taken.ApplicationVerb,
        gives=told.ApplicationShown,
    ),
)

_MODULES: Final = (
    Route(
        name="modules", method="GET", path=f"{_MEMBER}/modules", does=members.modules_of, gives=list[told.ModuleShown]
    ),
    Route(
        name="add-module",
        method="POST",
        path=f"{_MEMBER}/modules",
        does=members.add_module,
        takes=taken.NewModule,
        gives=told.CodeIssued,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="issue-code",
        method="POST",
        path="modules/<uuid:id>/code",
        does=members.issue_code,
        takes=taken.Nothing,
        gives=told.CodeIssued,
        status=HTTPStatus.CREATED,
    ),
    _with_reason("revoke-module", "modules/<uuid:id>/revocation", members.revoke_module, told.ModuleShown),
    _with_reason("retire-key", "modules/<uuid:id>/key-retirement", members.retire_key, told.ModuleShown),
    Route(
        name="audit",
        method="GET",
        path="audit",
        does=members.audit,
        gives=list[told.EntryShown],
        query=("act", "before", "limit"),
    ),
)

MEMBERS: Final = (*_INSTITUTIONS, *_ACCOUNTS, *_APPLICATIONS, *_MODULES)
