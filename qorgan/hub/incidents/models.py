"""What cards name: documents and signals, so that what hangs together is found from either side (R67.3.4)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Link(models.Model):
    """That the version of a card that was sent last names something."""

    document = models.ForeignKey("casework.Document", on_delete=models.PROTECT, related_name="links")
    author = models.ForeignKey("members.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=300, db_index=True)
    """Number of a document, or `module/sequence` of a signal."""

    class Meta:
        db_table = "incident_link"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "reference"], name="incident_link_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.reference}"
