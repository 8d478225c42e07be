"""The tables of disruptions. One stands at a time; each was told in the journal in the transaction that changed it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from qorgan.wire.disruption import Cause


class Pulse(models.Model):
    """When the gate was seen at work last, and since when it looks bad. One row."""

    answered_at = models.DateTimeField()
    bad_since = models.DateTimeField(null=True)
    """Since when the limits are passed, while that has not lasted long enough to be told."""

    class Meta:
        db_table = "gate_pulse"

    def __str__(self) -> str:
        return f"{self.answered_at}"


class Disruption(models.Model):
    """A time in which too many could not come in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cause = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Cause])
    since = models.DateTimeField()
    told_at = models.DateTimeField()
    """When the journal had it last."""
    until = models.DateTimeField(null=True)
    stands = models.BooleanField(default=True)

    class Meta:
        db_table = "gate_disruption"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stands"], condition=Q(stands=True), name="one_disruption_at_a_time"),
            models.CheckConstraint(condition=Q(stands=True, until=None) | Q(stands=False, until__isnull=False),
                                   name="disruption_has_an_end"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.cause} {self.id}"
