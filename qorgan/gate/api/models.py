"""The table of callers."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from qorgan.law.factors import Population


class Kind(StrEnum):
    """What a caller is, and so what it may ask."""

    SERVER = "server"
    """The institution's own server: it keeps a secret, and speaks for people whose addresses it names."""
    APP = "app"
    """A mobile app on somebody's device: whoever looks finds its token, so it proves nothing but which app it is."""
    INSPECTOR = "inspector"
    """A program of internal audit, of supervision or a SIEM: it reads of every population, and acts for nobody."""


FOR_PEOPLE: Final = frozenset({Kind.SERVER, Kind.APP})
"""Callers that speak for people, and so are bound to one population."""


class Caller(models.Model):
    """A program of the institution that may call the API: for people of one population, or to read and for nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Kind])
    population = models.CharField(max_length=30, blank=True, choices=[(one.value, one.value) for one in Population])
    """Empty for an inspector."""
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_caller"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind=Kind.INSPECTOR.value, population="")
                | Q(
                    kind__in=sorted(one.value for one in FOR_PEOPLE),
                    population__in=[one.value for one in Population],
                ),
                name="api_caller_population_by_kind",
            )
        ]

    def __str__(self) -> str:
        return self.name
