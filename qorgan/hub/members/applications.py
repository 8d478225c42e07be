"""The verbs of an application: made, taken up, sent back, mended, accepted, withdrawn (R67.5, R67.6, R67.3.2).

The table of its life stands in `lifecycle`, what accepting makes in `accepting`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from qorgan.hub.members import accepting, access, journal
from qorgan.hub.members.accepting import Made
from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.members.actions import profile_of
from qorgan.hub.members.content import Account, Connection, Content, check, plain, subject_of
from qorgan.hub.members.difference import flat
from qorgan.hub.members.journal import Act
from qorgan.hub.members.lifecycle import Party, State, Verb, step
from qorgan.hub.members.models import Application, ApplicationKind, Organisation, Person
from qorgan.hub.members.profile import FIXED, Profile
from qorgan.hub.members.roles import CENTRE_ROLES, OF_PROGRAMS, Right, Role
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind

RIGHT_TO_APPLY = {
    ApplicationKind.CONNECTION: Right.CONNECTIONS_APPLY,
    ApplicationKind.ACCOUNT: Right.ACCOUNTS_APPLY,
    ApplicationKind.PROFILE: Right.PROFILE_PROPOSE,
}
_ACTS = {
    Verb.TAKE_UP: Act.APPLICATION_TAKEN_UP,
    Verb.SEND_BACK: Act.APPLICATION_SENT_BACK,
    Verb.MEND: Act.APPLICATION_MENDED,
    Verb.ACCEPT: Act.APPLICATION_ACCEPTED,
    Verb.WITHDRAW: Act.APPLICATION_WITHDRAWN,
}


class Finding(Struct, frozen=True, forbid_unknown_fields=True):
    """A field that must be mended, and why."""

    field: str
    reason: str


@transaction.atomic
def apply_for_connection(content: Connection, *, organisation_id: UUID | None, by: Scope, now: datetime) -> Application:
    """Ask that an institution or a security operations centre be connected (R67.5). Raises Refusal.

    `organisation_id` is whose employee asks: an institution for its centre, or a centre for whom it will serve. The
    centre's analyst, who writes down what came by letter, gives none.
    """
    access.enter(by)
    access.require(by, Right.CONNECTIONS_APPLY)
    organisation = _own(organisation_id, by)
    _check(ApplicationKind.CONNECTION, content, organisation, by)
    return _make(ApplicationKind.CONNECTION, content, organisation, by, now)


@transaction.atomic
def apply_for_account(content: Account, *, organisation_id: UUID, by: Scope, now: datetime) -> Application:
    """Ask for a personal account for an employee of an organisation (R67.6). Raises Refusal."""
    access.enter(by)
    access.require(by, Right.ACCOUNTS_APPLY)
    organisation = access.organisation_for(organisation_id) if by.reach is Reach.CENTRE else _own(organisation_id, by)
    _check(ApplicationKind.ACCOUNT, content, organisation, by)
    return _make(ApplicationKind.ACCOUNT, content, organisation, by, now)


@transaction.atomic
def propose_profile(profile: Profile, *, organisation_id: UUID, by: Scope, now: datetime) -> Application:
    """Propose another profile of one's own organisation (R67.3.2). Raises Refusal; the BIN and kind stay."""
    access.enter(by)
    access.require(by, Right.PROFILE_PROPOSE)
    organisation = _own(organisation_id, by)
    _check(ApplicationKind.PROFILE, profile, organisation, by)
    return _make(ApplicationKind.PROFILE, profile, organisation, by, now)


@transaction.atomic
def take_up(application_id: UUID, *, by: Scope, now: datetime) -> Application:
    """Begin to review an application. Raises Refusal."""
    return _move(application_id, Verb.TAKE_UP, by, now, reviewed_by_id=by.person_id)


@transaction.atomic
def send_back(application_id: UUID, findings: tuple[Finding, ...], *, by: Scope, now: datetime) -> Application:
    """Send it back to be mended, with each field that lacks and the reason. Raises Refusal."""
    access.enter(by)
    application = access.application_for(application_id)
    known = set(fields_of(application))
    found = tuple(one for one in findings if one.reason.strip())
    if not found or any(one.field not in known for one in found):
        raise Refusal("findings-missing", _("Say which field is to be mended, and why."))
    kept = [{"field": one.field, "reason": one.reason.strip()} for one in found]
    return _move(
        application_id,
        Verb.SEND_BACK,
        by,
        now,
        findings=kept,
        returned=application.content,
        reviewed_by_id=by.person_id,
    )


@transaction.atomic
def mend(application_id: UUID, content: Content, *, by: Scope, now: datetime) -> Application:
    """Put a mended content in place of what was sent back. Raises Refusal; what it is about stays."""
    access.enter(by)
    application = access.application_for(application_id, lock=True)
    kind = ApplicationKind(application.kind)
    _check(kind, content, application.organisation, by)
    if subject_of(content, application.organisation_id) != application.subject and kind is not ApplicationKind.ACCOUNT:
        raise Refusal("bin-fixed", _("The BIN stays; withdraw this application and make another."), field="bin")
    authors = sorted({*application.authors, by.person_id})
    changes = {"subject": subject_of(content, application.organisation_id), "content": plain(content)}
    return _move(application_id, Verb.MEND, by, now, **changes, authors=authors, reviewed_by_id=None)


@transaction.atomic
def withdraw(application_id: UUID, *, by: Scope, now: datetime) -> Application:
    """Take an application back, for good. Raises Refusal."""
    return _move(application_id, Verb.WITHDRAW, by, now)


@transaction.atomic
def accept(application_id: UUID, *, by: Scope, now: datetime) -> Made:
    """Do what is asked: connect, open the account and invite its person, or change the profile. Raises Refusal."""
    access.enter(by)
    application = access.application_for(application_id, lock=True)
    _may(application, Verb.ACCEPT, by)
    made = accepting.accept(application, by=by, now=now)
    _move(application_id, Verb.ACCEPT, by, now, reviewed_by_id=by.person_id, outcome=made.outcome)
    return made


def fields_of(application: Application) -> list[str]:
    """The fields that can be sent back: those its form shows, but for what is fixed in a change of a profile."""
    fixed = FIXED if application.kind == ApplicationKind.PROFILE else ()
    return [name for name in flat(application.content) if name not in (*fixed, "confirmed")]


def may(application: Application, verb: Verb, by: Scope) -> bool:
    """Whether somebody may do a verb on an application as it stands: what pages offer."""
    try:
        _may(application, verb, by)
    except Refusal:
        return False
    return True


def _make(
    kind: ApplicationKind, content: Content, organisation: Organisation | None, by: Scope, now: datetime
) -> Application:
    if by.person_id is None:
        raise Refusal("not-allowed", _("An application is made by a person."))
    application = Application(
        kind=kind,
        organisation=organisation,
        subject=subject_of(content, organisation.pk if organisation else None),
        content=plain(content),
        before=plain(profile_of(organisation)) if kind is ApplicationKind.PROFILE and organisation else None,
        state=State.NEW.value,
        authors=[by.person_id],
        made_by_id=by.person_id,
        made_at=now,
        moved_at=now,
    )
    _save(application, force_insert=True)
    _journal(Act.APPLICATION_MADE, application, by, now, {})
    return application


def _move(application_id: UUID, verb: Verb, by: Scope, now: datetime, **changes: Any) -> Application:
    """(1) Lock, (2) check, (3) move, (4) journal."""
    access.enter(by)
    application = access.application_for(application_id, lock=True)
    target = _may(application, verb, by)
    for name, value in {**changes, "state": target.value, "moved_at": now}.items():
        setattr(application, name, value)
    _save(application)
    detail = {"findings": changes["findings"]} if "findings" in changes else {}
    _journal(_ACTS[verb], application, by, now, detail)
    return application


def _may(application: Application, verb: Verb, by: Scope) -> State:
    """Where the verb leads. Raises Refusal: `verb-impossible`, `not-allowed`, `own-application` (R48.15)."""
    line = step(
        State(application.state), verb, _("This cannot be done with the application now; somebody may have moved it.")
    )
    if line.party is Party.APPLICANT:
        access.require(by, RIGHT_TO_APPLY[ApplicationKind(application.kind)])
        if by.reach is not Reach.CENTRE and application.organisation_id not in by.memberships:
            raise Refusal("not-allowed", _("Your role does not allow this."))
    else:
        access.require(by, Right.MEMBERS_WRITE if line.party is Party.HEAD else Right.APPLICATIONS_REVIEW)
        if by.person_id in application.authors:
            raise Refusal("own-application", _("Who wrote an application does not decide on it (R48.15)."), "R48.15")
    return line.target


def _check(kind: ApplicationKind, content: Content, organisation: Organisation | None, by: Scope) -> None:
    """Raise Refusal unless this content can be asked for by this organisation."""
    check(content)
    match content:
        case Connection():
            _check_connection(content, organisation, by)
        case Account():
            _check_account(content, organisation)
        case Profile():
            if organisation is None or any(getattr(content, name) != getattr(organisation, name) for name in FIXED):
                raise Refusal("bin-fixed", _("The BIN and the kind of an organisation never change."), field="bin")
            if kind is ApplicationKind.PROFILE and content == profile_of(organisation):
                raise Refusal("nothing-changed", _("This is the profile as it is; nothing would change."))


def _check_connection(content: Connection, organisation: Organisation | None, by: Scope) -> None:
    if Organisation.objects.filter(bin=content.profile.bin).exists():
        raise Refusal("bin-taken", _("An organisation with this BIN is connected already."), field="bin")
    is_soc = content.profile.kind is OrganisationKind.SOC
    if content.profile.kind is OrganisationKind.AUTHORITY or (
        organisation is not None and is_soc == (organisation.kind == OrganisationKind.SOC)
    ):
        raise Refusal(
            "kind-misplaced",
            _("An institution applies for its security operations centre, and a centre for whom it will serve."),
            "R67.5",
            field="kind",
        )
    if content.soc is not None and (is_soc or organisation is not None):
        raise Refusal("served-by-nobody", _("Another centre cannot be named here."), field="soc_bin")
    if by.reach is Reach.CENTRE and not content.letter.strip():
        raise Refusal("letter-missing", _("Give the number and date of the letter that asks for it."), field="letter")


def _check_account(content: Account, organisation: Organisation | None) -> None:
    if Person.objects.filter(email__iexact=content.email).exists():
        raise Refusal(
            "email-taken", _("An account with this address exists already; one person has one (R67.6)."), field="email"
        )
    of_centre = organisation is not None and organisation.kind == OrganisationKind.AUTHORITY
    if (Role(content.role) in CENTRE_ROLES) != of_centre or Role(content.role) in OF_PROGRAMS:
        raise Refusal("role-misplaced", _("This role cannot be held in this organisation."), field="role")
    names = {"surname": content.surname, "given_name": content.given_name, "patronymic": content.patronymic}
    same = Person.objects.filter(is_active=True, memberships__organisation=organisation, **names)
    if same.exists() and not content.confirmed:
        raise Refusal(
            "person-known",
            _("Somebody of this name has an account here already. If it is another person, confirm below (R67.6)."),
            "R67.6",
            field="surname",
        )


def _own(organisation_id: UUID | None, by: Scope) -> Organisation | None:
    """The organisation in whose name somebody applies. Raises Refusal unless they belong to it."""
    if organisation_id is None:
        if by.reach is not Reach.CENTRE:
            raise Refusal("not-allowed", _("Your role does not allow this."))
        return None
    if organisation_id not in by.memberships or by.reach is Reach.CENTRE:
        raise Refusal("organisation-unknown", _("There is no such organisation, or it is not yours to see."))
    return access.organisation_for(organisation_id)


def _save(application: Application, *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():
            application.save(force_insert=force_insert)
    except IntegrityError as refused:
        if "application_one_is_open" not in str(refused):
            raise
        raise Refusal(
            "application-open", _("An application about this is open already; it must be decided or withdrawn first.")
        ) from None


def _journal(act: Act, application: Application, by: Scope, now: datetime, detail: dict[str, Any]) -> None:
    said = {"kind": str(application.kind), **detail}
    journal.write(act, by=by, now=now, organisation=application.organisation_id, on=str(application.pk), detail=said)
