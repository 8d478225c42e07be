"""The table of checks of phone numbers."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from qorgan.gate.providers.mobile_numbers import Owner


class PhoneCheck(models.Model):
    """One check of one number for one person in one ceremony: the registry's answer, and the code that came back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    ceremony = models.UUIDField(db_index=True)
    phone_sealed = models.TextField()
    phone_index = models.BinaryField(max_length=32)
    owner = models.CharField(max_length=30, choices=[(one.value, one.value) for one in Owner])
    answered_at = models.DateTimeField()
    data_of = models.DateTimeField()
    """How the registry's data stood at."""
    signed = models.BinaryField()
    """The registry's answer as it was signed, sealed: it names person and number."""
    code_digest = models.BinaryField(max_length=32)
    """Keyed, of the code and the check together."""
    asked_at = models.DateTimeField()
    code_until = models.DateTimeField()
    wrong = models.SmallIntegerField(default=0)
    """Codes that were wrong."""
    confirmed_at = models.DateTimeField(null=True)
    unsent_at = models.DateTimeField(null=True)
    """When it turned out that nobody took the message with the code: then the check is good for nothing."""

    class Meta:
        db_table = "phone_check"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(owner=Owner.SAME.value), name="phone_is_confirmed_of_its_owner_alone"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(unsent_at=None), name="phone_is_confirmed_by_a_code_that_was_sent"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["client", "-asked_at"], name="phone_check_newest"),
            models.Index(fields=["asked_at"], name="phone_check_lately"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
