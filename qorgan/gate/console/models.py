"""The table of who has which duty. The last administrator's word counts for nothing without another's."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from qorgan.gate.console.rights import Duty


class DutyOf(models.Model):
    """One duty of one employee: proposed by one, agreed to by another, reviewed until a day, taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    duty = models.CharField(max_length=30, choices=[(one.value, one.value) for one in Duty])
    reason = models.CharField(max_length=500)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    agreed_by = models.UUIDField(null=True)
    agreed_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    """When it ends unless somebody reviews it before."""
    taken_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)
    """When it was taken back, or turned down before anybody agreed."""

    class Meta:
        db_table = "duty_of"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "duty"], condition=Q(taken_at=None), name="duty_of_is_given_once"
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | (~Q(agreed_by=F("proposed_by")) & ~Q(agreed_by=F("client"))),
                name="duty_of_needs_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None, until=None)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False, until__isnull=False),
                name="duty_of_agreed_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.id}"
