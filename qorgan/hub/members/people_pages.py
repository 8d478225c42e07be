"""Pages of people: an account with its roles, blocking, handing over, invitations, and absences (R67.6, R48.15)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from qorgan.hub.members import absences, blocking, invitations, people, queries, resetting
from qorgan.hub.members.access import Reach, Scope, absence_for, organisation_for, person_for, require
from qorgan.hub.members.application_forms import AbsenceForm, HandOverForm
from qorgan.hub.members.asking import allowed, asks, form_page, own, reason_page, tried
from qorgan.hub.members.models import Person
from qorgan.hub.members.roles import Right
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal


@require_safe
def person(request: HttpRequest, person: int) -> HttpResponse:
    """One account: whose, with which roles, and whether it is open. The head of a unit sees its own employees'."""
    scope, found = _whose(request, person, Right.ACCOUNTS_BLOCK)
    asked = resetting.waiting(found.pk).first()
    context = {
        "person": found,
        "roles": queries.roles_of(found),
        "invitation": queries.open_invitation(found, now()),
        "may_edit": scope.may(Right.MEMBERS_WRITE) and found.pk != scope.person_id,
        "may_block": blocking.may_move(found.pk, scope),
        "may_ask_reset": asked is None and resetting.may_ask(found, scope),
        "asked": asked,
    }
    return render(request, "members/person.html", context)


@asks
def block(request: HttpRequest, person: int) -> HttpResponse:
    """Block an account, or unblock it, once the reason is given."""
    scope, found = _whose(request, person, Right.ACCOUNTS_BLOCK, of_centre=Right.MEMBERS_WRITE)
    is_open = found.is_active
    act = blocking.block if is_open else blocking.unblock
    title = gettext("Block the account") if is_open else gettext("Unblock the account")
    words = (
        gettext("%(name)s is signed out everywhere at once and cannot sign in. What they did stays.")
        if is_open
        else gettext("%(name)s may sign in again with the password and the second factor they had.")
    )
    return reason_page(
        request,
        lambda reason: act(person, reason=reason, by=scope, now=now()),
        title=title,
        words=words % {"name": found.full_name},
        grave=is_open,
        person=found,
    )


@asks
def ask_reset(request: HttpRequest, person: int) -> HttpResponse:
    """Ask that a lost second factor be reset, once the reason is given."""
    scope, found = _whose(request, person, Right.FACTORS_ASK, of_centre=Right.FACTORS_ASK)
    words = gettext(
        "%(name)s has lost the second factor. The head of the centre decides; make sure first that it is really they "
        "who ask, by a call you make yourself."
    )
    return reason_page(
        request,
        lambda reason: resetting.ask(person, reason=reason, by=scope, now=now()),
        title=gettext("Ask to reset the second factor"),
        words=words % {"name": found.full_name},
        grave=True,
        person=found,
    )


@require_POST
def reset(request: HttpRequest, reset: UUID) -> HttpResponse:
    """Reset the second factor that somebody asked for."""
    scope = allowed(request, Right.MEMBERS_WRITE)
    found = resetting.reset(reset, by=scope, now=now())
    messages.success(request, gettext("The second factor is reset. Their next sign-in enrols a new one."))
    return redirect("members:person", found.person_id)


@asks
def decline_reset(request: HttpRequest, reset: UUID) -> HttpResponse:
    """Leave the second factor as it is, once the reason is given."""
    scope = allowed(request, Right.MEMBERS_WRITE)
    found = resetting.reset_for(reset)
    return reason_page(
        request,
        lambda reason: resetting.decline(reset, reason=reason, by=scope, now=now()),
        title=gettext("Do not reset the second factor"),
        words=gettext("The account stays as it is, and whoever asked is told."),
        grave=False,
        person=found.person,
    )


@asks
def hand_over(request: HttpRequest, person: int, organisation: UUID) -> HttpResponse:
    """Let a successor take an employee's roles in an organisation, and close the account that leaves."""
    scope, found = _of_the_centre(request, person, Right.MEMBERS_WRITE)
    current = organisation_for(organisation)
    others = {key: name for key, name in queries.people_of(current).items() if key != found.pk}
    form = HandOverForm(request.POST or None, people=others)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = tried(
            form,
            lambda: people.hand_over(
                person,
                organisation,
                said["successor"],
                vacant=said["vacant"],
                reason=said["reason"],
                by=scope,
                now=now(),
            ),
        )
        if done is not None:
            messages.success(request, gettext("Handed over, and written into the audit trail."))
            return redirect("members:organisation", organisation)
    title = gettext("%(name)s leaves") % {"name": found.full_name}
    words = gettext(
        "Documents belong to roles and stay where they are. The roles pass to the successor, and the account is "
        "blocked unless its person has roles elsewhere."
    )
    return form_page(request, form, title, gettext("Hand over"), organisation=current, words=words, grave=True)


@require_POST
def invite(request: HttpRequest, person: int) -> HttpResponse:
    """A new invitation, shown this once."""
    scope, _found = _of_the_centre(request, person, Right.MEMBERS_WRITE)
    made = invitations.invite(person, by=scope, now=now())
    return render(request, "members/invitation.html", {"invited": made})


@asks
def absence(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Record that one is away, and who stands in."""
    scope = allowed(request, Right.ABSENCES_WRITE)
    current = own(scope, organisation_for(organisation))
    others = {key: name for key, name in queries.people_of(current).items() if key != scope.person_id}
    form = AbsenceForm(request.POST or None, people=others)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = tried(
            form,
            lambda: absences.record_absence(
                organisation,
                said["deputy"],
                starts_at=said["starts_at"],
                ends_at=said["ends_at"],
                reason=said["reason"],
                by=scope,
                now=now(),
            ),
        )
        if made is not None:
            messages.success(request, gettext("Recorded. The deputy may agree documents from then to then."))
            return redirect("members:organisation", organisation)
    title = gettext("Record an absence")
    words = gettext("The deputy agrees documents in your place, but never one they made themselves. It ends by itself.")
    return form_page(request, form, title, gettext("Record"), organisation=current, words=words)


@require_POST
def revoke_absence(request: HttpRequest, absence: UUID) -> HttpResponse:
    """End an absence early."""
    scope = allowed(request, Right.ABSENCES_WRITE)
    found = absence_for(absence)
    absences.revoke_absence(absence, by=scope, now=now())
    messages.success(request, gettext("The absence is ended, and nobody stands in any more."))
    return redirect("members:organisation", found.organisation_id)


def _of_the_centre(request: HttpRequest, person: int, right: Right) -> tuple[Scope, Person]:
    """Who asks and about whom: accounts are the centre's to look at."""
    scope = allowed(request, right)
    if scope.reach is not Reach.CENTRE:
        raise Refusal("not-allowed", gettext("Accounts are kept by the sectoral centre."))
    return scope, person_for(person)


def _whose(
    request: HttpRequest, person: int, right: Right, *, of_centre: Right = Right.MEMBERS_READ
) -> tuple[Scope, Person]:
    """Who asks and about whom: anybody for the centre, one's own employees for the head of a unit."""
    scope: Scope = request.hub_scope  # type: ignore[attr-defined]
    if scope.reach is Reach.CENTRE:
        require(scope, of_centre)
    else:
        blocking.employer_of(person, right, scope)
    return scope, person_for(person)
