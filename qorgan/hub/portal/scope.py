"""One request, one transaction, one scope: PostgreSQL knows whose eyes it answers to (R67.4)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from qorgan.hub.members.access import NOBODY, scope_of
from qorgan.hub.portal.door import ENROLMENT, OPEN, PROGRAMS
from qorgan.hub.portal.proof import is_proven
from qorgan.kit import problem
from qorgan.kit.refusal import Refusal

PERSONAL: Final = OPEN | ENROLMENT | {"account", "account_change_password", "usersessions_list"}
"""Pages about oneself: they need no role."""


class ScopeMiddleware:
    """Gives the request its `hub_scope` (ASGI has taken `scope`), inside a transaction as long as the request.

    A streamed answer outlives it: whatever streams must open a transaction and enter the scope for each reading.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; what a failed request wrote is taken back."""
        request.hub_scope = NOBODY  # type: ignore[attr-defined]
        if not is_proven(request):
            return self._get_response(request)
        with transaction.atomic():
            request.hub_scope = scope_of(request.user)  # type: ignore[attr-defined,arg-type]
            response = self._get_response(request)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or getattr(request, "refused", False):
                transaction.set_rollback(True)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A person without a role sees a page that says so, and nothing else but pages about themselves."""
        del view, args, kwargs
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.hub_scope.roles or name in PERSONAL or name.startswith(("mfa_", PROGRAMS)):  # type: ignore[attr-defined]
            return None
        return render(request, "portal/no_role.html", status=HTTPStatus.FORBIDDEN)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Whatever left the view by an exception is taken back; a refusal of `members` becomes a page here."""
        request.refused = True  # type: ignore[attr-defined]
        if not isinstance(exception, Refusal):
            return None
        status = HTTPStatus.NOT_FOUND if exception.code.endswith("-unknown") else exception.status
        told = problem.of_refusal(
            Refusal(exception.code, exception.message, exception.clause, status, field=exception.field)
        )
        return render(request, "problem.html", {"problem": told}, status=status)
