"""Who a package says made and agreed the card, found again among the hub's own people (R67.12, R48.15)."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework import directory
from qorgan.hub.members import access as members
from qorgan.hub.members.access import HUB, Reach, Scope, scope_of
from qorgan.hub.members.models import Person
from qorgan.hub.members.roles import Right, Role
from qorgan.kit.refusal import Refusal
from qorgan.wire.package import Signatory

CLAUSE: Final = "R67.12"
ITSELF: Final = "asoi@program.invalid"
"""The account under which the hub does what follows from a package without a person. Nobody signs in with it."""


def maker_of(said: Signatory, institution: UUID, at: datetime) -> Scope:
    """The scope of the responsible employee who made the card. Raises Refusal `maker-unknown`."""
    scope = _scope(said, at)
    if scope is None or not scope.may_for(Right.DOCUMENTS_WRITE, institution):
        raise _refused(
            "maker-unknown",
            _("%(email)s made the card, and is no responsible employee of this institution in ASOI."),
            said,
        )
    return scope


def head_of(said: Signatory, institution: UUID, at: datetime) -> Scope:
    """The scope of the head who agreed, or of the deputy of that moment. Raises Refusal `head-unknown`."""
    scope = _scope(said, at)
    if scope is None or not scope.may_for(Right.DOCUMENTS_AGREE, institution):
        raise _refused(
            "head-unknown",
            _("%(email)s agreed to the card, and is not the head of this institution's security unit in ASOI."),
            said,
        )
    return scope


def itself() -> Scope:
    """The hub, acting for the centre without a person."""
    members.enter(HUB)
    person = Person.objects.filter(email=ITSELF).first()
    if person is None:
        person = Person.objects.create_user(ITSELF, surname="ASOI", is_active=False)
    authority = directory.authority().id
    role = Role.CENTRE_HEAD
    return Scope(person.pk, Reach.CENTRE, (authority,), (authority,), frozenset({role}), frozenset({(authority, role)}))


def _scope(said: Signatory, at: datetime) -> Scope | None:
    members.enter(HUB)
    person = Person.objects.filter(email=said.email.strip().lower(), is_active=True).first()
    return scope_of(person, at) if person else None


def _refused(code: str, message: object, said: Signatory) -> Refusal:
    return Refusal(code, str(message) % {"email": said.email}, CLAUSE, HTTPStatus.UNPROCESSABLE_ENTITY)
