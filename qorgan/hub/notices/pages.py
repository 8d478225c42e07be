"""Pages of notices: a person's own, the addresses that are called, and what could not be delivered."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qorgan.hub.members.access import require
from qorgan.hub.members.names import organisation_names
from qorgan.hub.members.roles import Right
from qorgan.hub.notices import delivering, queries, webhooks
from qorgan.hub.notices.given import number_in
from qorgan.hub.notices.stream import events
from qorgan.hub.notices.things import name_of_thing
from qorgan.hub.notices.words import name_of, sentence
from qorgan.hub.signals.stream import Watcher
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from qorgan.hub.members.access import Scope
    from qorgan.hub.notices.models import Notice


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What the person was told, the newest first."""
    scope = _reader(request)
    found = queries.notices(scope, _language(), before=number_in(request.GET.get("before", "")))
    shown = found[: queries.PAGE]
    context = {
        "notices": shown,
        "older": shown[-1].id if len(found) > queries.PAGE else None,
        "unseen": queries.unseen(scope),
        "webhooks": bool(webhooks.places(scope)) or bool(webhooks.listed(scope)),
        "undelivered": len(delivering.dead(scope)),
    }
    return render(request, "notices/list.html", context)


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Mark the notices named, or all."""
    scope = _reader(request)
    named = [one for one in map(number_in, request.POST.getlist("notice")) if one is not None]
    queries.mark_seen(scope, now(), None if "all" in request.POST else named)
    return redirect("notices:list")


@require_safe
def stream(request: HttpRequest) -> StreamingHttpResponse:
    """The number of unseen notices, as it changes."""
    scope = _reader(request)
    watcher = Watcher(scope.person_id, request.session.session_key or "", scope)
    return StreamingHttpResponse(events(watcher), content_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request: HttpRequest) -> HttpResponse:
    """The addresses that are called, and a new one. Its secret is shown on the answer alone."""
    scope = _reader(request)
    context: dict[str, object] = {"secret": "", "refused": "", "given": ""}
    status = HTTPStatus.OK
    if request.method == "POST":
        given = request.POST.get("address", "").strip()
        try:
            _made, secret = webhooks.register(_place(scope, request), given, by=scope, now=now())
            context["secret"] = secret
        except Refusal as refused:
            if refused.field != "address":
                raise
            status = HTTPStatus(refused.status)
            context |= {"refused": str(refused), "given": given}
    names = organisation_names(_language())
    context |= {
        "webhooks": [(one, names.get(one.organisation_id, "")) for one in webhooks.listed(scope)],
        "institutions": {place: names.get(place, "") for place in webhooks.places(scope)},
    }
    return render(request, "notices/addresses.html", context, status=status)


@require_POST
def remove_address(request: HttpRequest, webhook: UUID) -> HttpResponse:
    """Call an address no more."""
    webhooks.remove(webhook, by=_reader(request), now=now())
    messages.success(request, gettext("The address is called no more."))
    return redirect("notices:addresses")


@require_safe
def undelivered(request: HttpRequest) -> HttpResponse:
    """Mails and calls that are dead."""
    scope = _reader(request)
    rows = [
        {
            "id": one.pk,
            "to": one.webhook.address if one.webhook else one.notice.person.email if one.notice else "",
            "what": sentence(one.what),
            "name": _name(one.notice),
            "error": one.error,
            "attempts": one.attempts,
            "at": one.created_at,
        }
        for one in delivering.dead(scope)
    ]
    return render(request, "notices/undelivered.html", {"deliveries": rows})


@require_POST
def send_again(request: HttpRequest, delivery: UUID) -> HttpResponse:
    """Let a dead one try again."""
    delivering.send_again(delivery, by=_reader(request), now=now())
    messages.success(request, gettext("It is tried again."))
    return redirect("notices:undelivered")


def _reader(request: HttpRequest) -> Scope:
    scope: Scope = request.hub_scope  # type: ignore[attr-defined]  # ScopeMiddleware sets it
    require(scope, Right.DOCUMENTS_READ)
    return scope


def _name(notice: Notice | None) -> str:
    """What a dead mail was about; of a call only the act is shown."""
    if notice is None:
        return ""
    return name_of(notice.document, _language()) if notice.document else name_of_thing(notice)


def _place(scope: Scope, request: HttpRequest) -> UUID:
    """The institution that was chosen, or the only one there is."""
    known = {str(one): one for one in webhooks.places(scope)}
    chosen = known.get(request.POST.get("organisation", "")) or next(iter(known.values()), None)
    return chosen or (scope.memberships[0] if scope.memberships else UUID(int=0))


def _language() -> str:
    return get_language() or "kk"
