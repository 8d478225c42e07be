"""The table of tokens. Of a secret only its digest is kept."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class Token(models.Model):
    """By what a program speaks in a person's name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    """What it is for, in its owner's words."""
    digest = models.BinaryField(max_length=32, unique=True)
    may_write = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    """To the minute."""
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_token"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="api_token_lives_a_while"
            ),
        ]

    def __str__(self) -> str:
        return self.name
