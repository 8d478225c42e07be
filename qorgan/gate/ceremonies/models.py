"""The tables of ceremonies and of sessions. What the database itself refuses stands in `migrations/0002`."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.ceremonies.lifecycle import State
from qorgan.law.factors import Population


class Ceremony(models.Model):
    """One attempt at one thing by one browser or app, which knows its secret."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secret_digest = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Kind])
    population = models.CharField(max_length=30, choices=[(one.value, one.value) for one in Population])
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in State], default=State.BEGUN.value
    )
    identified = models.BooleanField(default=False)
    """Whether somebody was named, known or not."""
    client = models.ForeignKey("clients.Client", models.PROTECT, null=True, related_name="+", db_index=False)
    """Whom the name is of; None until one is named, and for a name of nobody."""
    subject = models.CharField(max_length=40, blank=True, default="")
    """What attempts are counted under, as `clients.access.subject` gives it."""
    changed = models.CharField(max_length=20, blank=True, default="")
    """The method of the factor that is to be added or removed."""
    application = models.UUIDField(null=True)
    """On behalf of which application of the institution it goes on."""
    in_app = models.BooleanField(default=False)
    """Whether on a device, in a mobile app."""
    session = models.UUIDField(null=True)
    """The session out of which it was begun: it outlives a change of factors, the others do not."""
    return_to = models.CharField(max_length=2000, blank=True, default="")
    proofs = models.JSONField(default=list)
    challenges = models.JSONField(default=dict)
    """What each factor keeps of the challenge that it awaits an answer to, by method."""
    enrolled = models.JSONField(default=list)
    """Methods that were enrolled in it."""
    phone_sealed = models.TextField(blank=True, default="")
    """The number that somebody is to have from now on."""
    phone_confirmed = models.BooleanField(default=False)
    failures = models.SmallIntegerField(default=0)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ceremony"
        indexes: ClassVar = [models.Index(fields=["ends_at"], name="ceremony_ends")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Session(models.Model):
    """Somebody who came in: by which proofs, by which rule, and which entry of the journal says so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secret_digest = models.BinaryField(max_length=32, unique=True)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+", db_index=False)
    population = models.CharField(max_length=30)
    ceremony = models.UUIDField(unique=True)
    """A ceremony makes one session."""
    entry = models.BigIntegerField(unique=True)
    """The journal's. The database takes no session whose entry is not there."""
    proofs = models.JSONField()
    rule = models.CharField(max_length=40)
    edition = models.CharField(max_length=40)
    application = models.UUIDField(null=True)
    device = models.UUIDField(null=True)
    address = models.CharField(max_length=64)
    program = models.CharField(max_length=300)
    concurrent = models.BooleanField(default=False)
    """An employee's that was begun elsewhere while another stood (R57.6)."""
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle = models.IntegerField()
    """Seconds without a sign of life after which it is over."""
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        db_table = "session"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(rule="") & ~models.Q(edition=""), name="session_names_its_rule"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["client"], condition=models.Q(ended_at=None), name="session_stands"),
            models.Index(fields=["ends_at"], name="session_ends"),
        ]

    def __str__(self) -> str:
        return str(self.id)
