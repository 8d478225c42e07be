"""The table of second factors that are to be reset: who asked, why, and what the centre did (R67.6)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

_PERSON = settings.AUTH_USER_MODEL


class FactorReset(models.Model):
    """Somebody lost their second factor: asked for by another, done or declined by another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("members.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    """Whose people may see it, besides the centre."""
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Nobody on the hub's own command line."""
    asked_at = models.DateTimeField()
    done_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    done_at = models.DateTimeField(null=True)
    """When it was done or declined; None while it waits."""
    declined = models.CharField(max_length=500, blank=True, default="")
    """Why it was declined; '' where it was not."""

    class Meta:
        """One open at a time for a person, and nobody for themselves."""

        db_table = "factor_reset"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(done_at=None), name="factor_reset_one_is_open"),
            models.CheckConstraint(
                condition=(Q(asked_by=None) | ~Q(asked_by=F("person"))) & (Q(done_by=None) | ~Q(done_by=F("person"))),
                name="factor_reset_is_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.asked_at:%Y-%m-%d %H:%M}"
