"""The tables of notices, and of the failed attempts that each of them tells of."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from qorgan.gate.notices.kinds import Kind, State


class Notice(models.Model):
    """One message to one client about one thing, or about several failed attempts together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=30, choices=[(one.value, one.value) for one in Kind])
    entry = models.BigIntegerField()
    """The entry of the journal that it tells of; the first one where there are several."""
    count = models.IntegerField(default=1)
    """How many failed attempts it tells of."""
    to_sealed = models.TextField(blank=True, default="")
    """The number that it goes to, as it was then."""
    to_old = models.BooleanField(default=False)
    """Whether that is the number before a change."""
    language = models.CharField(max_length=2)
    created_at = models.DateTimeField()
    state = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in State], default=State.WAITING.value
    )
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    """When it is sent, or asked after; while it is under way, when it is taken for lost."""
    told_at = models.DateTimeField(null=True)
    """When the gateway took it."""
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "notice"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(kind="attempts-failed", state="waiting", attempts=0),
                name="notice_of_attempts_is_one",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(state__in=["waiting", "taken"]), name="notice_under_way"),
            models.Index(fields=["client", "-created_at"], name="notice_client"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class NoticeAttempt(models.Model):
    """A failed attempt in the journal, joined to the notice that tells of it (R48.161.5)."""

    entry = models.BigIntegerField(primary_key=True)
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="tells_of")

    class Meta:
        db_table = "notice_attempt"

    def __str__(self) -> str:
        return str(self.entry)
