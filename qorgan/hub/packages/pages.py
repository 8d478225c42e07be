"""Pages of packages: a file is brought in, its receipt given back, calls joined that nothing joined by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qorgan.hub.calls import actions as calls
from qorgan.hub.members.access import enter, require
from qorgan.hub.members.roles import Right
from qorgan.hub.packages import joining
from qorgan.hub.packages.models import Package
from qorgan.hub.packages.taking import reply_to, take
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.wire.package import MAX_SIZE, RECEIPT_SUFFIX

if TYPE_CHECKING:
    from qorgan.hub.members.access import Scope

CLAUSE: Final = "R48I.3"
_MOST: Final = 100


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """What came, what is to be asked, and a place for the next file."""
    by = _officer(request)
    if request.method != "POST":
        return _index(request)
    try:
        package = take(_file(request), now=now(), brought_by=by.person_id)
    except Refusal as refused:
        enter(by)
        request.refused = True  # type: ignore[attr-defined]  # what was begun is taken back
        return _index(request, refused=refused, status=refused.status)
    enter(by)
    messages.success(
        request, gettext("The package was taken: it is card %(number)s.") % {"number": package.document.number}
    )
    return redirect("packages:list")


@require_safe
def receipt(request: HttpRequest, package: UUID) -> HttpResponse:
    """What the institution's module imports to know that its card has come."""
    require(_scope(request), Right.RECEIPTS_READ)
    found = Package.objects.select_related("document").filter(pk=package).first()
    if found is None:
        raise Refusal("package-unknown", _("There is no such package, or it is not yours to see."), status=404)
    reply = reply_to(found)
    if not reply.is_receipted:
        raise Refusal(
            "receipt-unknown",
            _("The act has no receipt yet. It gets one within seconds: load the page again."),
            CLAUSE,
            404,
        )
    name = f"{reply.number}.{reply.version}{RECEIPT_SUFFIX}"
    return HttpResponse(
        msgspec.json.encode(reply),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_POST
def join(request: HttpRequest, package: UUID, report: UUID) -> HttpResponse:
    """An officer says that a recorded call and a card are one incident."""
    by = _officer(request)
    found = Package.objects.select_related("document").filter(pk=package).first()
    if found is None:
        raise Refusal("package-unknown", _("There is no such package, or it is not yours to see."), status=404)
    calls.join(report, found.document_id, by=by, now=now())
    messages.success(request, gettext("The call and the card are one incident now."))
    return redirect("packages:list")


def _index(request: HttpRequest, *, refused: Refusal | None = None, status: int = 200) -> HttpResponse:
    rows = Package.objects.select_related("document", "organisation", "brought_by").order_by("-received_at")
    context = {"packages": rows[:_MOST], "asked": list(joining.to_ask(_MOST)), "refused": refused}
    return render(request, "packages/list.html", context, status=status)


def _file(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("file-missing", _("Choose the file of the package."), CLAUSE, 422, field="file")
    return bytes(file.read(MAX_SIZE + 1))


def _officer(request: HttpRequest) -> Scope:
    by = _scope(request)
    require(by, Right.DOCUMENTS_OVERSEE)
    return by


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.hub_scope  # type: ignore[attr-defined]  # ScopeMiddleware sets it
    return scope
