"""Pages of applications: the queue, one application with what may be done with it, and the forms (R67.5, R67.6)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from qorgan.hub.members import applications, queries
from qorgan.hub.members.accepting import Made
from qorgan.hub.members.access import Reach, Scope, application_for, organisation_for
from qorgan.hub.members.application_forms import AccountForm, ConnectionForm, FindingsForm, ProposalForm
from qorgan.hub.members.application_shown import applications_shown, fields_shown
from qorgan.hub.members.asking import allowed, asks, form_page, language, own, tried
from qorgan.hub.members.content import Account, Connection, content_of
from qorgan.hub.members.lifecycle import Verb
from qorgan.hub.members.models import Application
from qorgan.hub.members.roles import Right
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal

Form = ConnectionForm | AccountForm | ProposalForm
PAGE: Final = 100


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Applications that the person may see: the open ones first, or all."""
    scope = allowed(request, Right.MEMBERS_READ)
    everything = request.GET.get("show") == "all"
    found = queries.applications(everything=everything)[:PAGE]
    context = {
        "applications": applications_shown(list(found), scope, language()),
        "everything": everything,
        "may_write_letter": scope.reach is Reach.CENTRE and scope.may(Right.CONNECTIONS_APPLY),
    }
    return render(request, "members/applications.html", context)


@require_safe
def application(request: HttpRequest, application: UUID) -> HttpResponse:
    """One application: every field, what differs, what was found, and what comes next."""
    scope = allowed(request, Right.MEMBERS_READ)
    return _page(request, scope, application_for(application))


@asks
def connect(request: HttpRequest, organisation: UUID | None = None) -> HttpResponse:
    """Apply for a connection (R67.5): in the name of an institution or a centre, or from a letter."""
    scope = allowed(request, Right.CONNECTIONS_APPLY)
    applicant = organisation_for(organisation) if organisation is not None else None
    if (applicant is None) != (scope.reach is Reach.CENTRE):
        raise Refusal("not-allowed", gettext("Apply on the page of your institution."))
    if applicant is not None:
        own(scope, applicant)
    form = ConnectionForm(request.POST or None, request.FILES or None, applicant=applicant)
    if request.method == "POST" and form.is_valid():
        made = tried(
            form,
            lambda: applications.apply_for_connection(form.content, organisation_id=organisation, by=scope, now=now()),
        )
        if made is not None:
            return _made(request, made)
    title = gettext("Application for connection")
    words = gettext("The centre reviews it, and connects the institution or sends the application back (R67.5).")
    return form_page(request, form, title, gettext("Send to the centre"), organisation=applicant, words=words)


@asks
def account(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Apply for a personal account (R67.6)."""
    scope = allowed(request, Right.ACCOUNTS_APPLY)
    current = organisation_for(organisation)
    if scope.reach is not Reach.CENTRE:
        own(scope, current)
    form = AccountForm(request.POST or None, organisation=current)
    if request.method == "POST" and form.is_valid():
        made = tried(
            form,
            lambda: applications.apply_for_account(form.content, organisation_id=organisation, by=scope, now=now()),
        )
        if made is not None:
            return _made(request, made)
    title = gettext("Application for a personal account")
    words = gettext("An account is one person's alone. They choose the password and the second factor themselves.")
    return form_page(request, form, title, gettext("Send to the centre"), organisation=current, words=words)


@asks
def propose(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Propose a change of one's own profile (R67.3.2)."""
    scope = allowed(request, Right.PROFILE_PROPOSE)
    current = own(scope, organisation_for(organisation))
    form = ProposalForm(request.POST or None, request.FILES or None, organisation=current)
    if request.method == "POST" and form.is_valid():
        made = tried(
            form, lambda: applications.propose_profile(form.profile, organisation_id=organisation, by=scope, now=now())
        )
        if made is not None:
            return _made(request, made)
    title = gettext("Propose a change of the profile")
    words = gettext("The profile stays as it is until the centre accepts the change.")
    return form_page(request, form, title, gettext("Send to the centre"), organisation=current, words=words)


@asks
def mend(request: HttpRequest, application: UUID) -> HttpResponse:
    """Mend what was sent back; what was found stands at its fields."""
    scope = allowed(request, Right.MEMBERS_READ)
    current = application_for(application)
    if not applications.may(current, Verb.MEND, scope):
        raise Refusal("not-allowed", gettext("This application cannot be mended now, or not by you."))
    form = _form(current, request)
    if request.method == "POST" and form.is_valid():
        content = form.profile if isinstance(form, ProposalForm) else form.content
        mended = tried(form, lambda: applications.mend(application, content, by=scope, now=now()))
        if mended is not None:
            return _made(request, mended)
    findings = {found["field"]: found["reason"] for found in current.findings}
    title = gettext("Mend the application")
    context: dict[str, Any] = {"organisation": current.organisation, "findings": findings, "application": current}
    return form_page(request, form, title, gettext("Send again"), **context)


@require_POST
def decide(request: HttpRequest, application: UUID) -> HttpResponse:
    """Take up, accept or withdraw, as the button says."""
    scope = allowed(request, Right.MEMBERS_READ)
    acts = {
        Verb.TAKE_UP: applications.take_up,
        Verb.WITHDRAW: applications.withdraw,
        Verb.ACCEPT: applications.accept,
    }
    act = acts.get(Verb(request.POST["verb"])) if request.POST.get("verb") in set(Verb) else None
    if act is None:
        raise Refusal("verb-unknown", gettext("There is no such act."))
    try:
        done = act(application, by=scope, now=now())
    except Refusal as refusal:
        if refusal.code.endswith("-unknown") or refusal.code == "not-allowed":
            raise
        return _page(request, scope, application_for(application), str(refusal.message))
    if isinstance(done, Made) and done.invited is not None:
        return render(request, "members/invitation.html", {"invited": done.invited})
    messages.success(request, gettext("Done, and written into the audit trail."))
    return redirect("members:application", application)


@require_POST
def send_back(request: HttpRequest, application: UUID) -> HttpResponse:
    """Send back with the fields named and a reason each."""
    scope = allowed(request, Right.APPLICATIONS_REVIEW)
    current = application_for(application)
    form = FindingsForm(request.POST, application=current)
    if not form.is_valid():
        return _page(request, scope, current, gettext("A reason is at most 500 characters long."))
    try:
        applications.send_back(application, form.findings, by=scope, now=now())
    except Refusal as refusal:
        if refusal.code.endswith("-unknown") or refusal.code == "not-allowed":
            raise
        return _page(request, scope, application_for(application), str(refusal.message))
    messages.success(request, gettext("Sent back. The applicant sees what to mend."))
    return redirect("members:application", application)


def _page(request: HttpRequest, scope: Scope, found: Application, refused: str = "") -> HttpResponse:
    (shown,) = applications_shown([found], scope, language())
    fields = fields_shown(found, language())
    context = {
        "shown": shown,
        "fields": fields,
        "organisation": found.organisation,
        "refused": refused,
        "compared": any(one.changed for one in fields),
        "since_returned": bool(found.returned),
        "may_review": scope.may(Right.APPLICATIONS_REVIEW),
        "own": scope.person_id in found.authors,
        "may_accept": scope.may(Right.MEMBERS_WRITE),
        "reasons": request.POST if refused else {},
    }
    return render(request, "members/application.html", context, status=422 if refused else 200)


def _form(current: Application, request: HttpRequest) -> Form:
    sent, files = request.POST or None, request.FILES or None
    content = content_of(current)
    if isinstance(content, Connection):
        return ConnectionForm(sent, files, applicant=current.organisation, content=content)
    if current.organisation is None:
        raise ValueError("an application for an account or a profile names its organisation")
    if isinstance(content, Account):
        return AccountForm(sent, organisation=current.organisation, content=content)
    return ProposalForm(sent, files, organisation=current.organisation, profile=content)


def _made(request: HttpRequest, made: Application) -> HttpResponse:
    messages.success(request, gettext("Sent. The centre reviews it, and what comes of it stands on this page."))
    return redirect("members:application", made.pk)
