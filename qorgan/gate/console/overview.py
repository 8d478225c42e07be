"""What waits for whoever sits at the console: duties to agree to or review, accounts used from two places at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from qorgan.gate.ceremonies.models import Session as Row
from qorgan.gate.clients import access
from qorgan.gate.console import duties
from qorgan.gate.console.doors import Staff, shown, staff
from qorgan.gate.console.rights import Duty, Right
from qorgan.gate.pages.asking import language
from qorgan.gate.pages.programs import program
from qorgan.kit.clock import now
from qorgan.law.factors import Population


@require_safe
@staff()
def overview(request: HttpRequest, who: Staff) -> HttpResponseBase:
    """The first page."""
    moment = now()
    mine = duties.held(who.session.client_id, moment)
    sees = who.may(Right.EMPLOYEES_BLOCK)
    context = {
        "name": access.name_of(access.by_id(who.session.client_id)),
        "duties": [{"words": Duty(one.duty).label(language()), "until": one.until} for one in mine],
        "concurrent": concurrent(moment) if sees else [],
        "sees_concurrent": sees,
        "waiting": [one for one in duties.standing() if one.agreed_at is None] if who.may(Right.DUTIES_GIVE) else [],
    }
    return shown(request, who, "console/overview.html", context)


def concurrent(moment: datetime) -> list[dict[str, Any]]:
    """Employees whose account was used from another place while a session of theirs stood (R57.6)."""
    rows = Row.objects.filter(
        population=Population.EMPLOYEE.value, concurrent=True, ended_at=None, ends_at__gt=moment
    ).select_related("client")
    return [
        {"client": one.client, "at": one.began_at, "address": one.address, "program": program(one.program)}
        for one in rows.order_by("-began_at")[:50]
    ]
