"""What follows an enrolment or a sign-in."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore
from django.dispatch import receiver
from django.http import HttpRequest

from qorgan.hub.members.models import Person
from qorgan.hub.portal.lockout import forget_old
from qorgan.hub.portal.proof import enrolled_here, factors_of


@receiver(authenticator_added, dispatch_uid="qorgan-enrolled-here")
def on_factor_added(request: HttpRequest, authenticator: Authenticator, **_kwargs: Any) -> None:
    """The first factor proves the session that enrolled it; a later one proves nothing new."""
    first = factors_of(authenticator.user_id) == 1
    if first and authenticator.type != Authenticator.Type.RECOVERY_CODES:
        enrolled_here(request)


@receiver(user_logged_in, dispatch_uid="qorgan-signed-in")
def on_signed_in(user: Person, **_kwargs: Any) -> None:
    """Sweep sessions and counters that ran out; sign-ins are rare enough to carry the broom."""
    del user
    forget_old()
    SessionStore.clear_expired()
