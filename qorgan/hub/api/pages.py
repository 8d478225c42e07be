"""Pages of tokens: one's own, those of the institution's programs, and the programs' accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qorgan.hub.api import accounts, tokens
from qorgan.hub.members.access import Scope
from qorgan.hub.members.models import Organisation
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal

LIVES: Final = (30, 90, 180, 365)
"""Days that a token may live."""
_USUAL: Final = 90


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The tokens of the person and of their institution's programs."""
    by = _scope(request)
    at = now()
    found = list(tokens.own(by))
    context = {
        "living": [one for one in found if one.revoked_at is None and one.expires_at > at],
        "ended": [one for one in found if one.revoked_at is not None or one.expires_at <= at][:20],
        "accounts": accounts.listed(by),
        "institutions": _institutions(by),
    }
    return render(request, "api/tokens.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def new(request: HttpRequest) -> HttpResponse:
    """A new token. Its secret is shown on the answer alone."""
    by = _scope(request)
    context: dict[str, Any] = {"lives": LIVES, "usual": _USUAL, "accounts": accounts.listed(by)}
    status = 200
    if request.method == "POST":
        given = request.POST
        whose, days = given.get("account", ""), given.get("days", "")
        try:
            context["token"], context["secret"] = tokens.issue(
                given.get("name", ""),
                lives=timedelta(days=int(days) if days in {str(one) for one in LIVES} else 0),
                may_write="write" in given,
                by=by,
                now=now(),
                account=int(whose) if whose.isascii() and whose.isdigit() and len(whose) < 10 else None,  # noqa: PLR2004
            )
        except Refusal as refused:
            if not refused.field:
                raise
            status = 422
            context |= {"refused": str(refused), "given": given}
    return render(request, "api/new_token.html", context, status=status)


@require_POST
def end(request: HttpRequest, token: UUID) -> HttpResponse:
    """End a token."""
    tokens.revoke(token, by=_scope(request), now=now())
    messages.success(request, gettext("The token counts no more."))
    return redirect("tokens")


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account of a program."""
    by = _scope(request)
    places = {str(one): one for one in accounts.places(by)}
    wanted = request.POST.get("organisation", next(iter(places), ""))
    if wanted not in places:
        raise Refusal("not-allowed", gettext("Your role does not allow this."), accounts.CLAUSE)
    try:
        accounts.open_account(request.POST.get("name", ""), places[wanted], by=by, now=now())
    except Refusal as refused:
        if refused.field != "name":
            raise
        messages.error(request, str(refused))
    else:
        messages.success(request, gettext("The account is open. Give it a token."))
    return redirect("tokens")


@require_POST
def close_account(request: HttpRequest, person: int) -> HttpResponse:
    """Close an account of a program, with its tokens."""
    accounts.close_account(person, by=_scope(request), now=now())
    messages.success(request, gettext("The account is closed, and its tokens count no more."))
    return redirect("tokens")


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.hub_scope  # type: ignore[attr-defined]
    return scope


def _institutions(by: Scope) -> list[tuple[UUID, str]]:
    rows = Organisation.objects.filter(pk__in=accounts.places(by)).order_by("name_en")
    return [(one.pk, one.name(get_language() or "en")) for one in rows]
