"""Whether this session has proven a second factor, and whether its person has one at all (R67.6)."""

from __future__ import annotations

from typing import Final

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

_ENROLLED_HERE: Final = "qorgan-factor-enrolled"
_SECOND_FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_proven(request: HttpRequest) -> bool:
    """Whether whoever holds this session has shown a second factor in it, or enrolled their first one in it."""
    if not request.user.is_authenticated:
        return False
    if was_enrolled_here(request):
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def has_second_factor(person_id: int) -> bool:
    """Whether the person has a passkey or an authenticator app. Recovery codes alone are none."""
    return factors_of(person_id) > 0


def factors_of(person_id: int) -> int:
    """How many passkeys and authenticator apps the person has."""
    return int(Authenticator.objects.filter(user_id=person_id, type__in=_SECOND_FACTORS).count())


def was_enrolled_here(request: HttpRequest) -> bool:
    """Whether the session's person enrolled their first factor in this very session."""
    return bool(request.session.get(_ENROLLED_HERE) == request.user.pk)


def enrolled_here(request: HttpRequest) -> None:
    """Note that the session's person has just enrolled a factor in this very session."""
    request.session[_ENROLLED_HERE] = request.user.pk
