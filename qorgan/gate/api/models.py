"""The table of callers."""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.db import models

from qorgan.law.factors import Population


class Kind(StrEnum):
    """Where a caller runs."""

    SERVER = "server"
    """The institution's own server: it keeps a secret, and speaks for people whose addresses it names."""
    APP = "app"
    """A mobile app on somebody's device: whoever looks finds its token, so it proves nothing but which app it is."""


class Caller(models.Model):
    """A program of the institution that may call the API, for one population."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Kind])
    population = models.CharField(max_length=30, choices=[(one.value, one.value) for one in Population])
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_caller"

    def __str__(self) -> str:
        return self.name
