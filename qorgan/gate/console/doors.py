"""Who may open a page of the console: an employee who came in by R57.8, by a right of a duty (R57.4, R57.5)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qorgan.gate.ceremonies.sessions import Session
from qorgan.gate.clients.act import Act
from qorgan.gate.console import duties
from qorgan.gate.console.rights import Right
from qorgan.gate.journal.whence import whence_of
from qorgan.gate.pages.asking import session_of, to
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Population

P = ParamSpec("P")


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """Who sits here, and what they may do."""

    session: Session
    rights: frozenset[Right]

    def may(self, right: Right) -> bool:
        """Whether a duty of theirs gives it."""
        return right in self.rights

    def demand(self, right: Right) -> None:
        """Raises Refusal."""
        if right not in self.rights:
            raise Refusal("right-missing", _("No duty of yours gives this right. Ask an administrator."), "R57.5")

    def act(self, request: HttpRequest, reason: str = "") -> Act:
        """The circumstances of what they do."""
        return Act(now=now(), whence=whence_of(request), by=self.session.client_id, reason=reason)


_PLACES: Final[tuple[tuple[str, str | Promise, str, Right | None], ...]] = (
    ("console", _("Overview"), "situation", None),
    ("console-people", _("Clients"), "person", Right.CLIENTS_SEE),
    ("console-employees", _("Employees"), "members", Right.EMPLOYEES_BLOCK),
    ("console-duties", _("Duties"), "key", None),
    ("console-journal", _("Journal"), "journal", Right.JOURNAL_SEARCH),
    ("inspection", _("Inspection"), "search", Right.INSPECT),
)
"""Address, words, symbol, and who may go there."""

_View = Callable[Concatenate[HttpRequest, Staff, P], HttpResponseBase]


def staff(right: Right | None = None) -> Callable[[_View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Open a view to employees who have the right; to every employee who is signed in, where none is named."""

    def guard(view: _View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **named: P.kwargs) -> HttpResponseBase:
            session = session_of(request)
            if session is None:
                asked = {"for": Population.EMPLOYEE.value, "next": request.get_full_path()}
                return to(f"{reverse('sign-in')}?{urlencode(asked)}")
            if session.population is not Population.EMPLOYEE:
                raise Refusal("not-an-employee", _("This is for employees of the institution."), "R57.5")
            who = Staff(session=session, rights=duties.rights(session.client_id, now()))
            if right is not None:
                who.demand(right)
            return view(request, who, *args, **named)

        return guarded

    return guard


def shown(request: HttpRequest, who: Staff, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page in the console's frame, whose menu has what its reader may open."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    places = [
        {"address": reverse(name), "words": words, "symbol": symbol, "current": name == here}
        for name, words, symbol, right in _PLACES
        if right is None or who.may(right)
    ]
    rights = {one.name.lower(): who.may(one) for one in Right}
    return render(request, template, {**context, "places": places, "may": rights, "staff": who})
