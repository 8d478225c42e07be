"""How a page of members asks for something: a form, a refusal said at its field, a reason for what is grave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from qorgan.hub.members.access import Scope, require
from qorgan.hub.members.forms import ReasonForm
from qorgan.hub.members.models import Organisation, Person
from qorgan.hub.members.roles import Right
from qorgan.kit.refusal import Refusal

asks = require_http_methods(["GET", "HEAD", "POST"])


def reason_page(
    request: HttpRequest,
    act: Callable[[str], object],
    *,
    title: str,
    words: str,
    grave: bool,
    organisation: Organisation | None = None,
    person: Person | None = None,
) -> HttpResponse:
    """Ask for the reason, and act when it is given."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = tried(form, lambda: act(form.cleaned_data["reason"]))
        if done is not None:
            messages.success(request, gettext("Done, and written into the audit trail."))
            if organisation is not None:
                return redirect("members:organisation", organisation.pk)
            return redirect("members:person", person.pk) if person is not None else redirect("members:list")
    context = {"organisation": organisation, "person": person, "words": words, "grave": grave}
    return form_page(request, form, title, title, **context)


def form_page(request: HttpRequest, form: forms.Form, title: str, submit: str, **context: Any) -> HttpResponse:
    """The page of a form; 422 where it says what is wrong."""
    shared = {"form": form, "title": title, "submit": submit}
    return render(request, "members/form.html", shared | context, status=422 if form.errors else 200)


def tried(form: forms.Form, act: Callable[[], Any]) -> Any:
    """What the act gives; None where a rule refused it, which the form then says."""
    try:
        return act()
    except Refusal as refusal:
        if refusal.code.endswith("-unknown") or refusal.code == "not-allowed":
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return None


def allowed(request: HttpRequest, right: Right) -> Scope:
    """Who asks, if they have the right. Raises Refusal."""
    scope: Scope = request.hub_scope  # type: ignore[attr-defined]
    require(scope, right)
    return scope


def own(scope: Scope, organisation: Organisation) -> Organisation:
    """The organisation, if whoever asks belongs to it; what a centre does for those it serves is not this. Refusal."""
    if organisation.pk not in scope.memberships:
        raise Refusal("not-allowed", gettext("Only people of this institution may do this."))
    return organisation


def language() -> str:
    """The page's language."""
    return translation.get_language() or "kk"
