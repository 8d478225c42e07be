"""Tokens: given out once, kept as digests, ended by their owner, by time, or with the account (R67.6)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.api import accounts
from qorgan.hub.api.models import Token
from qorgan.hub.members import access, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Person
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from django.db.models import QuerySet

PREFIX: Final = "qorgan_"
"""So that a scanner of leaked secrets knows one when it sees it."""
LONGEST: Final = timedelta(days=366)
_MOST: Final = 20
_NOTED_EVERY: Final = timedelta(minutes=1)
_ENTER: Final = "SELECT set_config('qorgan.scope', %s, true), set_config('qorgan.person', '', true)"


@transaction.atomic
def issue(
    name: str, *, lives: timedelta, may_write: bool, by: Scope, now: datetime, account: int | None = None
) -> tuple[Token, str]:
    """A new token of whoever asks, or of a system account of theirs, and its secret, which nobody can ever show again.

    Raises Refusal.
    """
    access.enter(by)
    if by.person_id is None or not by.roles:
        raise Refusal("not-allowed", _("Your role does not allow this."), "R67.6")
    if not name.strip():
        raise Refusal("name-missing", _("Say what the token is for."), field="name")
    if not timedelta(0) < lives <= LONGEST:
        raise Refusal("life-too-long", _("A token lives a year at most."), field="days")
    person_id = by.person_id if account is None else accounts.account_for(account, by).person_id
    if Token.objects.filter(person_id=person_id, revoked_at=None, expires_at__gt=now).count() >= _MOST:
        raise Refusal("tokens-too-many", _("You have too many tokens. End one that is not needed."))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        person_id=person_id,
        name=name.strip()[:100],
        digest=_digest(secret),
        may_write=may_write,
        created_at=now,
        expires_at=now + lives,
    )
    detail = {"write": may_write, "person": person_id}
    journal.write(Act.TOKEN_ISSUED, by=by, now=now, on=str(token.pk), detail=detail)
    return token, secret


@transaction.atomic
def revoke(token_id: UUID, *, by: Scope, now: datetime) -> None:
    """End a token of one's own, or of a system account of one's own. Raises Refusal `token-unknown`."""
    access.enter(by)
    if not own(by).filter(pk=token_id, revoked_at=None).update(revoked_at=now):
        raise Refusal("token-unknown", _("There is no such token."), status=HTTPStatus.NOT_FOUND)
    journal.write(Act.TOKEN_REVOKED, by=by, now=now, on=str(token_id))


def own(by: Scope) -> QuerySet[Token]:
    """The tokens of whoever asks and of their system accounts, the newest first."""
    people = {by.person_id, *(one.person_id for one in accounts.listed(by))}
    return Token.objects.select_related("person").filter(person__in=people).order_by("-created_at")


def bearer(header: str, *, now: datetime) -> tuple[Person, Token]:
    """Whose token an Authorization header shows. Must run inside a transaction.

    Raises Refusal `token-refused` for every header that is not a living token of an active person, all alike.
    """
    scheme, _space, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not secret.startswith(PREFIX):
        raise _refused()
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, ["token"])
    found = (
        Token.objects.select_related("person")
        .filter(digest=_digest(secret), revoked_at=None, expires_at__gt=now, person__is_active=True)
        .first()
    )
    if found is None:
        raise _refused()
    if found.used_at is None or now - found.used_at >= _NOTED_EVERY:
        Token.objects.filter(pk=found.pk).update(used_at=now)
    return found.person, found


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _refused() -> Refusal:
    return Refusal(
        "token-refused",
        _("Show a living token in the header Authorization: Bearer."),
        "R67.6",
        HTTPStatus.UNAUTHORIZED,
    )
