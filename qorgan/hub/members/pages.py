"""Pages of members: the list, one institution's profile, and what the head of the centre does with them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.members import actions, modules, queries
from qorgan.hub.members.access import Reach, Scope, module_for, organisation_for
from qorgan.hub.members.application_shown import applications_shown
from qorgan.hub.members.asking import allowed, asks, form_page, language, reason_page, tried
from qorgan.hub.members.duties import duties_of
from qorgan.hub.members.forms import ModuleForm
from qorgan.hub.members.health import Health
from qorgan.hub.members.profile_form import ProfileForm
from qorgan.hub.members.roles import Right
from qorgan.hub.members.shown import module_shown, organisations_shown
from qorgan.kit.clock import now
from qorgan.law.asoi import OrganisationKind

if TYPE_CHECKING:
    from qorgan.hub.members.modules import Issued


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Every institution that the person may see, with its modules."""
    scope = allowed(request, Right.MEMBERS_READ)
    found = organisations_shown(queries.organisations(), queries.modules(), now())
    if scope.reach is not Reach.CENTRE and len(found) == 1:
        return redirect("members:organisation", found[0].organisation.pk)
    shown = [one for one in found if one.kind is not OrganisationKind.AUTHORITY]
    living = [module for one in shown for module in one.living]
    figures = [(state, sum(module.health is state for module in living)) for state in Health]
    context = {
        "institutions": shown,
        "figures": [(state, number) for state, number in figures if number],
        "lacking": sum(one.lacks_module for one in shown),
        "may_add": scope.may(Right.MEMBERS_WRITE),
        "may_apply": scope.reach is Reach.CENTRE and scope.may(Right.CONNECTIONS_APPLY),
        "open_applications": queries.applications().count(),
        "names": {one.organisation.pk: one.organisation.name(language()) for one in found},
    }
    return render(request, "members/list.html", context)


@require_safe
def organisation(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """One institution's profile (R67.3.2)."""
    scope = allowed(request, Right.MEMBERS_READ)
    return _profile_page(request, scope, organisation)


@asks
def connect(request: HttpRequest) -> HttpResponse:
    """Connect an institution."""
    scope = allowed(request, Right.MEMBERS_WRITE)
    form = ProfileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = tried(
            form, lambda: actions.connect_organisation(form.profile, by=scope, now=now(), served_by=form.served_by_id)
        )
        if made is not None:
            messages.success(request, gettext("The institution is connected. Now add its module."))
            return redirect("members:organisation", made.pk)
    title = gettext("Connect an institution")
    return form_page(request, form, title, gettext("Connect"), back="members:list")


@asks
def edit(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Change a profile."""
    scope = allowed(request, Right.MEMBERS_WRITE)
    current = organisation_for(organisation)
    form = ProfileForm(request.POST or None, request.FILES or None, organisation=current)
    if request.method == "POST" and form.is_valid():
        made = tried(
            form,
            lambda: actions.change_profile(
                organisation, form.profile, by=scope, now=now(), served_by=form.served_by_id
            ),
        )
        if made is not None:
            messages.success(request, gettext("The profile is changed."))
            return redirect("members:organisation", organisation)
    title = gettext("Change the profile")
    return form_page(request, form, title, gettext("Save"), organisation=current)


@asks
def suspend(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Suspend an institution, or take it back on."""
    scope = allowed(request, Right.MEMBERS_WRITE)
    current = organisation_for(organisation)
    connected = current.state == "connected"
    act = actions.suspend_organisation if connected else actions.resume_organisation
    title = gettext("Suspend the institution") if connected else gettext("Take the institution back on")
    words = (
        gettext(
            "From the next request on nothing is taken from its modules. They keep their signals and send them later."
        )
        if connected
        else gettext("Its modules send again what they kept meanwhile.")
    )
    return reason_page(
        request,
        lambda reason: act(organisation, reason=reason, by=scope, now=now()),
        title=title,
        words=words,
        organisation=current,
        grave=connected,
    )


@asks
def add_module(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Add a module, and show its one-time code this once (R67.7)."""
    scope = allowed(request, Right.MODULES_WRITE)
    current = organisation_for(organisation)
    form = ModuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        issued = tried(
            form,
            lambda: modules.add_module(organisation, name, verifier_key=_verifier_key(), by=scope, now=now()),
        )
        if issued is not None:
            return _code_page(request, issued)
    return form_page(request, form, gettext("Add a module"), gettext("Add, and show its code"), organisation=current)


@require_POST
def issue_code(request: HttpRequest, module: UUID) -> HttpResponse:
    """A new one-time code, shown this once."""
    scope = allowed(request, Right.MODULES_WRITE)
    return _code_page(request, modules.issue_code(module, verifier_key=_verifier_key(), by=scope, now=now()))


@asks
def revoke(request: HttpRequest, module: UUID) -> HttpResponse:
    """Take a module off for good, once the reason is given."""
    scope = allowed(request, Right.MODULES_WRITE)
    current = module_for(module)
    return reason_page(
        request,
        lambda reason: modules.revoke_module(module, reason=reason, by=scope, now=now()),
        title=gettext("Revoke the module %(name)s") % {"name": current.name},
        words=gettext("Nothing it sends is taken from now on, and this cannot be undone. What it sent stays."),
        organisation=current.organisation,
        grave=True,
    )


@asks
def retire_key(request: HttpRequest, module: UUID) -> HttpResponse:
    """Make a module's key count no more, once the reason is given."""
    scope = allowed(request, Right.MODULES_WRITE)
    current = module_for(module)
    return reason_page(
        request,
        lambda reason: modules.retire_key(module, reason=reason, by=scope, now=now()),
        title=gettext("Take the key of %(name)s off") % {"name": current.name},
        words=gettext(
            "The module is refused until it enrols anew with a new code. Its signals wait with it meanwhile."
        ),
        organisation=current.organisation,
        grave=True,
    )


def _profile_page(request: HttpRequest, scope: Scope, key: UUID) -> HttpResponse:
    found = organisation_for(key)
    at = now()
    owned = queries.modules(found)
    context = {
        "organisation": found,
        "kind": OrganisationKind(found.kind),
        "modules": [module_shown(one, at, queries.keys(one)) for one in owned],
        "people": queries.memberships(found),
        "absences": queries.absences(found, at),
        "at": at,
        "applications": applications_shown(list(queries.applications(found)), scope, language()),
        "duties": duties_of(OrganisationKind(found.kind), timezone.localdate(at)),
        "is_own": found.pk in scope.memberships,
        "of_centre": scope.reach is Reach.CENTRE,
        "may_block_here": found.pk in scope.memberships and scope.may_for(Right.ACCOUNTS_BLOCK, found.pk),
        "may_apply_account": (scope.may_for(Right.ACCOUNTS_APPLY, found.pk) and found.pk in scope.memberships)
        or (scope.reach is Reach.CENTRE and scope.may(Right.ACCOUNTS_APPLY)),
        "may_apply_connection": scope.reach is not Reach.CENTRE
        and found.pk in scope.memberships
        and scope.may_for(Right.CONNECTIONS_APPLY, found.pk),
        "may_propose": found.pk in scope.memberships and scope.may_for(Right.PROFILE_PROPOSE, found.pk),
        "may_be_away": found.pk in scope.memberships and scope.may_for(Right.ABSENCES_WRITE, found.pk),
        "serves": found.serves.all(),
        "may_edit": scope.may(Right.MEMBERS_WRITE),
        "may_modules": scope.may(Right.MODULES_WRITE) and found.state == "connected",
        "may_signals": scope.may(Right.SIGNALS_READ),
        "must_have_module": OrganisationKind(found.kind).must_install_module,
    }
    return render(request, "members/organisation.html", context)


def _code_page(request: HttpRequest, issued: Issued) -> HttpResponse:
    context = {"issued": issued, "organisation": issued.module.organisation}
    return render(request, "members/code.html", context)


def _verifier_key() -> str:
    return str(read_log_key(settings.CONFIG).verifier())
