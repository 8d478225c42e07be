"""Why a vulnerability warning concerns an institution, as it was when the warning was addressed (R67.3.5)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

_ORGANISATION = "members.Organisation"


class Concern(models.Model):
    """What matched at one institution. It is told to that institution alone, and only once the warning was sent."""

    document = models.ForeignKey("casework.Document", on_delete=models.PROTECT, related_name="concerns")
    version = models.IntegerField()
    """Of the document: the one that was in preparation when it was addressed."""
    organisation = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+", db_index=False)
    matches = models.JSONField(default=list)
    """For each product {used, named, certain}; empty where what matched before matches no more."""
    basis = models.CharField(max_length=64)
    """SHA-256 of the products that inventories were held against."""
    at = models.DateTimeField()
    """When the inventory was looked at."""
    sent_at = models.DateTimeField(null=True)
    """Empty while the warning is in preparation, and for those to whom it was not sent after all."""

    class Meta:
        db_table = "document_concern"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "version", "organisation"], name="document_concern_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.organisation_id}"
