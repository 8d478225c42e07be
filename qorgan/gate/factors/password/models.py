"""The table of passwords."""

from __future__ import annotations

import uuid

from django.db import models


class Password(models.Model):
    """A client's password; one at most."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.OneToOneField("clients.Client", models.PROTECT, related_name="+")
    encoded = models.CharField(max_length=255)
    """Argon2id's own text: algorithm, cost, salt, hash."""
    set_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "password"

    def __str__(self) -> str:
        return str(self.pk)
