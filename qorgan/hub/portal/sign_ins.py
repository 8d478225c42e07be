"""Sign-ins, failed ones, and changes of what a person signs in with, as the audit trail keeps them (D26.journal)."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.cache import cache
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from qorgan.hub.members import journal
from qorgan.hub.members.access import NOBODY, Scope, enter
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Person
from qorgan.hub.portal.lockout import WINDOW
from qorgan.kit.clock import now


def failed(request: HttpRequest, with_what: str, person_id: int | None) -> None:
    """Write down a wrong password, code or passkey. `person_id` is whose account it was tried on, if it exists.

    What was typed is not kept: people type passwords where an address belongs.
    """
    _write(Act.SIGN_IN_FAILED, request, None, person_id, {"with": with_what})


def refused(request: HttpRequest, with_what: str, counter: str, person_id: int | None) -> None:
    """Write down, once a window, that a counter of wrong attempts has run out: it may be asked thousands of times."""
    if cache.add(f"qorgan-refused-told:{counter}", "", timeout=int(WINDOW.total_seconds())):
        _write(Act.SIGN_IN_REFUSED, request, None, person_id, {"with": with_what})


@receiver(user_logged_in, dispatch_uid="qorgan-journal-signed-in")
def _signed_in(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    records = get_authentication_records(request, user)
    used = [str(record.get("type") or record.get("method")) for record in records]
    _write(Act.SIGNED_IN, request, user.pk, user.pk, {"with": used})


@receiver(user_logged_out, dispatch_uid="qorgan-journal-signed-out")
def _signed_out(request: HttpRequest, user: Person | None, **_kwargs: Any) -> None:
    if user is not None:
        _write(Act.SIGNED_OUT, request, user.pk, user.pk, {})


@receiver(password_changed, dispatch_uid="qorgan-journal-password-changed")
def _password_changed(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    _write(Act.PASSWORD_CHANGED, request, user.pk, user.pk, {})


@receiver(authentication_failed, dispatch_uid="qorgan-journal-code-failed")
def _code_failed(request: HttpRequest, user: Person, authenticator: Authenticator, **_kwargs: Any) -> None:
    failed(request, authenticator.type, user.pk)


@receiver(authenticator_added, dispatch_uid="qorgan-journal-factor-added")
def _added(request: HttpRequest, user: Person, authenticator: Authenticator, **_kwargs: Any) -> None:
    _write(Act.FACTOR_ADDED, request, user.pk, user.pk, {"factor": authenticator.type})


@receiver(authenticator_removed, dispatch_uid="qorgan-journal-factor-removed")
def _removed(request: HttpRequest, user: Person, authenticator: Authenticator, **_kwargs: Any) -> None:
    _write(Act.FACTOR_REMOVED, request, user.pk, user.pk, {"factor": authenticator.type})


@receiver(authenticator_reset, dispatch_uid="qorgan-journal-codes-renewed")
def _renewed(request: HttpRequest, user: Person, authenticator: Authenticator, **_kwargs: Any) -> None:
    _write(Act.FACTOR_RENEWED, request, user.pk, user.pk, {"factor": authenticator.type})


def _write(act: Act, request: HttpRequest, by: int | None, on: int | None, detail: dict[str, Any]) -> None:
    """Write in the name of `by`, also before the request has a scope: whoever signs in has none yet."""
    scope: Scope = getattr(request, "hub_scope", NOBODY)
    with transaction.atomic():
        enter(Scope(person_id=by))
        told = detail | {"address": get_adapter().get_client_ip(request)}
        journal.write(act, by=Scope(person_id=by), now=now(), on="" if on is None else str(on), detail=told)
        # A proven request is one transaction, which goes on with what its person may see.
        enter(scope)
