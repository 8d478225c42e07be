"""The table of outages. A service that answers has no row in it."""

from __future__ import annotations

from django.db import models


class Outage(models.Model):
    """A service that did not answer when it was last asked."""

    service = models.CharField(primary_key=True, max_length=40)
    """Our name of it."""
    since = models.DateTimeField()
    entry = models.BigIntegerField()
    """The journal's, in which it was first said."""

    class Meta:
        db_table = "provider_outage"

    def __str__(self) -> str:
        return self.service
