"""Tells applications that a session of theirs is over, whoever ended it (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import httpx
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from qorgan.gate.journal.entry import HERE
from qorgan.gate.oidc import authorisations, id_token, jose, keys, registry, signed_in
from qorgan.gate.oidc.lifecycle import State
from qorgan.gate.oidc.models import Authorisation
from qorgan.gate.oidc.registered import Registered

PATIENCE: Final = httpx.Timeout(5.0)
MOST: Final = 50
"""Told in one round, so that a round ends."""
TELLINGS: Final = 7
"""Tries, each thrice as long after the one before: the last about an hour after the first."""
_FIRST_PAUSE: Final = timedelta(seconds=5)
_TAKEN: Final = (200, 204)

log = logging.getLogger(__name__)


def tell_due(http: httpx.Client, *, issuer: str, now: datetime) -> int:
    """Tell every application that is due; gives how many took it. Safe to run beside itself."""
    return sum(_tell(http, row, issuer, now) for row in _claimed(now))


def new_client() -> httpx.Client:
    """What the logout tokens are sent with: an application cannot send the gate elsewhere."""
    return httpx.Client(timeout=PATIENCE, follow_redirects=False)


@transaction.atomic
def _claimed(now: datetime) -> list[Authorisation]:
    """Those to be told now, each for an application and a session once, put off before anything is sent."""
    due = (
        Authorisation.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state__in=[State.REDEEMED, State.REVOKED], told_at=None)
        .filter(Q(tell_next_at=None) | Q(tell_next_at__lte=now))
        .exclude(application__back_channel_logout_uri="")
        .filter(~Exists(signed_in.standing(now).filter(pk=OuterRef("session"))))
        .order_by("asked_at")
    )
    rows = list(due[:MOST])
    for row in rows:
        row.tellings += 1
        row.tell_next_at = now + _FIRST_PAUSE * 3 ** (row.tellings - 1)
        row.told_at = now if row.tellings >= TELLINGS else None
    Authorisation.objects.bulk_update(rows, ["tellings", "tell_next_at", "told_at"])
    seen: dict[tuple[UUID, UUID | None], Authorisation] = {}
    for row in rows:
        seen.setdefault((row.application_id, row.session), row)
    return list(seen.values())


def _tell(http: httpx.Client, row: Authorisation, issuer: str, now: datetime) -> bool:
    application = registry.by_id(row.application_id)
    if application is not None and application.back_channel_logout_uri:
        if not _sent(http, row, application, issuer, now):
            return False
    elif application is not None:
        return False
    Authorisation.objects.filter(application=row.application_id, session=row.session).update(told_at=now)
    return application is not None


def _sent(http: httpx.Client, row: Authorisation, application: Registered, issuer: str, now: datetime) -> bool:
    sign_in = authorisations.sign_in_of(row)
    claims = id_token.logout_claims(
        subject=sign_in.subject,
        session=sign_in.session,
        issuer=issuer,
        audience=application.client_id,
        token=row.pk,
        now=now,
    )
    token = jose.signed(claims, keys.signing_key(now, HERE), kind=id_token.LOGOUT_KIND)
    try:
        answer = http.post(application.back_channel_logout_uri, data={"logout_token": token})
    except httpx.HTTPError as error:
        log.warning("application %s was not told of a logout: %s", application.client_id, type(error).__name__)
        return False
    if answer.status_code not in _TAKEN:
        log.warning("application %s did not take a logout token: %s", application.client_id, answer.status_code)
    return answer.status_code in _TAKEN
