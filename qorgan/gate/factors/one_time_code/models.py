"""The table of one-time codes."""

from __future__ import annotations

import uuid

from django.db import models


class OneTimeCode(models.Model):
    """An app of a client's that makes codes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    name = models.CharField(max_length=100, blank=True, default="")
    secret_sealed = models.TextField()
    last_step = models.BigIntegerField()
    """The latest step whose code was taken: neither it nor an earlier one is taken again."""
    device = models.ForeignKey("devices.Device", models.PROTECT, related_name="+", null=True)
    """The registered device that holds the secret; none when it is an app that nothing is known of."""
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "one_time_code"

    def __str__(self) -> str:
        return str(self.pk)
