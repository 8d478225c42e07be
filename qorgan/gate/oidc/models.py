"""The provider's tables. What is done with them stands in `registry`, `authorisations`, `tokens` and `keys`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import Q

from qorgan.gate.oidc.lifecycle import State
from qorgan.gate.oidc.registered import Authentication, Kind
from qorgan.law.factors import Population


def _one_of(field: str, choices: Iterable[str], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [str(one) for one in choices]}), name=name)


class Application(models.Model):
    """An application of the institution's that people sign in to through the gate."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.CharField(max_length=60, unique=True)
    """Its public name in OAuth's words. Nothing to do with the gate's clients."""
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    population = models.CharField(max_length=30)
    """Whose people sign in to it: their rules hold."""
    authentication = models.CharField(max_length=30)
    secret_digest = models.BinaryField(max_length=32, default=bytes)
    jwks = models.JSONField(default=dict)
    redirect_uris = models.JSONField(default=list)
    post_logout_redirect_uris = models.JSONField(default=list)
    back_channel_logout_uri = models.CharField(max_length=2000, blank=True, default="")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "application"
        constraints: ClassVar = [
            _one_of("kind", Kind, "application_kind_is_known"),
            _one_of("population", [one.value for one in Population], "application_population_is_known"),
            _one_of("authentication", Authentication, "application_authentication_is_known"),
        ]

    def __str__(self) -> str:
        return self.client_id


class Authorisation(models.Model):
    """One request of an application, and everything that came of it: a code, then tokens. They die together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    """Seen in addresses: it opens nothing without the browser's own secret."""
    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=State.ASKED)
    asked_sealed = models.TextField()
    """`asking.Asked` as JSON: a hint in it may name a person."""
    browser_digest = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField()
    ceremony = models.UUIDField(null=True)
    session = models.UUIDField(null=True, db_index=True)
    client = models.UUIDField(null=True)
    signed_in = models.JSONField(default=dict)
    """`id_token.SignIn`: who, when, by which rule and factors. No name and no number is in it."""
    code_digest = models.BinaryField(max_length=32, null=True, unique=True)
    code_expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    """When the application took the logout token, or the gate gave up."""
    tellings = models.PositiveSmallIntegerField(default=0)
    tell_next_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "authorisation"
        constraints: ClassVar = [
            _one_of("state", State, "authorisation_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "refused"])
                | Q(session__isnull=False, client__isnull=False, code_digest__isnull=False),
                name="authorisation_has_a_session",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], name="authorisation_by_age"),
            models.Index(
                fields=["session"],
                condition=Q(state__in=["redeemed", "revoked"], told_at__isnull=True),
                name="authorisation_to_be_told",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Token(models.Model):
    """An access or a refresh token, as its digest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    authorisation = models.ForeignKey(Authorisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField(default=list)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    spent_at = models.DateTimeField(null=True)
    """A refresh token is spent once; a second time it betrays that two have it."""
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "token"
        constraints: ClassVar = [_one_of("kind", ["access", "refresh"], "token_kind_is_known")]

    def __str__(self) -> str:
        return str(self.id)


class Assertion(models.Model):
    """An assertion by which an application proved itself, remembered while it would still be taken: once is enough."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "application_assertion"

    def __str__(self) -> str:
        return bytes(self.digest).hex()


class SigningKey(models.Model):
    """A key that ID tokens are signed with, from a moment on until the next one's."""

    kid = models.CharField(primary_key=True, max_length=43)
    """Its thumbprint (RFC 7638)."""
    public = models.JSONField()
    private_sealed = models.TextField()
    created_at = models.DateTimeField()
    signs_from = models.DateTimeField(db_index=True)
    withdrawn_at = models.DateTimeField(null=True)
    """When it was given up before its time: nothing that it signed is to be believed."""

    class Meta:
        db_table = "signing_key"

    def __str__(self) -> str:
        return self.kid
