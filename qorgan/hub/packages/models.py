"""Packages as they came: kept whole, for they prove what an institution sealed and when (R48I.3)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language


class Package(models.Model):
    """A sealed package that was taken. The same file twice is one row; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=80, unique=True)
    """Of the sealed file."""
    organisation = models.ForeignKey("members.Organisation", on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey("casework.Document", on_delete=models.PROTECT, related_name="packages")
    version = models.IntegerField()
    """Of the document: the one that this package is, or already was."""
    card = models.UUIDField()
    """The module's own name of the card."""
    wording = models.IntegerField()
    agreed = models.CharField(max_length=80)
    """Digest of the exact bytes that the head agreed to at the institution."""
    module = models.UUIDField()
    key = models.CharField(max_length=16)
    file = models.BinaryField()
    evidence = models.JSONField(default=dict)
    """When ASOI was away, the call and the letter, as `wire.package.Evidence` writes them."""
    drafted_at = models.DateTimeField()
    agreed_at = models.DateTimeField()
    sealed_at = models.DateTimeField()
    """These three by the institution's clock."""
    received_at = models.DateTimeField()
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Who imported the file; null where the module itself brought it, or the hub's command line did."""

    class Meta:
        db_table = "package"
        indexes: ClassVar = [
            models.Index(fields=["organisation", "card", "wording"], name="package_card"),
            models.Index(fields=["-received_at"], name="package_received"),
        ]

    def __str__(self) -> str:
        return self.digest

    @property
    def institution(self) -> str:
        """Its name in the language of the moment."""
        return self.organisation.name(get_language() or "")
