"""The table of clients. What identifies them is sealed; keyed digests find them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from qorgan.gate.clients.lifecycle import State
from qorgan.law.factors import Population


class Client(models.Model):
    """One person's account in one population; personal, and nobody else's (R57.6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    population = models.CharField(max_length=30, choices=[(one.value, one.value) for one in Population])
    state = models.CharField(max_length=20, choices=[(one.value, one.value) for one in State])
    iin_sealed = models.TextField()
    iin_index = models.BinaryField(max_length=32)
    bin = models.CharField(max_length=12, blank=True, default="")
    """Of the legal entity that a participant acts for: public, so in the clear."""
    name_sealed = models.TextField()
    phone_sealed = models.TextField(blank=True, default="")
    phone_index = models.BinaryField(max_length=32, default=bytes)
    language = models.CharField(max_length=2, default="kk")
    login = models.CharField(max_length=64, blank=True, default="")
    """Of employees alone, in lower case."""
    test_numbers = models.BooleanField(default=False)
    """Whether the IIN is one of a test's, with a wrong check digit."""
    created_at = models.DateTimeField()
    blocked_reason = models.CharField(max_length=500, blank=True, default="")
    invitation_digest = models.BinaryField(max_length=32, null=True, unique=True)
    """Of the secret by which an employee sets their first factors, once."""
    invitation_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "client"
        constraints: ClassVar = [
            # Somebody who only says to be a person must not keep that person out: hence not while registering.
            models.UniqueConstraint(
                fields=["population", "iin_index"],
                condition=Q(state__in=["active", "blocked"]),
                name="client_is_one_person",
            ),
            models.UniqueConstraint(
                fields=["login"],
                condition=Q(state__in=["active", "blocked"]) & ~Q(login=""),
                name="client_login_is_one_persons",
            ),
            models.CheckConstraint(
                condition=(Q(population=Population.EMPLOYEE.value) & ~Q(login=""))
                | (~Q(population=Population.EMPLOYEE.value) & Q(login="")),
                name="client_login_is_an_employees",
            ),
            models.CheckConstraint(
                condition=~Q(state="blocked") | ~Q(blocked_reason=""), name="client_is_blocked_for_a_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["population", "phone_index"],
                condition=Q(state__in=["active", "blocked"]),
                name="client_by_phone",
            ),
            models.Index(fields=["created_at"], condition=Q(state="registering"), name="client_registering"),
        ]

    def __str__(self) -> str:
        return str(self.id)
