"""Signatures that were believed, each with everything it was believed on: taken once, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Signature(models.Model):
    """A head's digital signature over the exact bytes that they agreed to.

    It belongs to one agreement. A later change voids the agreement and leaves the row: it is history then, and the
    signature of no version. Holds personal data (the certificate): its author's people and the centre alone read it.
    """

    document = models.ForeignKey("casework.Document", on_delete=models.PROTECT, related_name="signatures")
    author = models.ForeignKey("members.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    act = models.OneToOneField("casework.Act", on_delete=models.PROTECT, related_name="signed")
    """The agreement."""
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    """Whose account it was; the certificate bears their name."""
    digest = models.CharField(max_length=80)
    """Of the exact bytes."""
    at = models.DateTimeField()
    """When the hub believed it, and the agreement counts from."""
    form = models.CharField(max_length=16)
    cms = models.BinaryField()
    """RFC 5652, to the byte as the agent made it."""
    evidence = models.BinaryField()
    """`eds.evidence`: the bytes, the certificates, and what the authorities said of them."""
    signer = models.JSONField()
    """`signer.Signer`: what pages and papers show."""
    iin = models.CharField(max_length=12)
    """Of the certificate: a person's later signatures must bear the same."""

    class Meta:
        db_table = "document_signature"
        indexes: ClassVar = [
            models.Index(fields=["document", "digest"], name="document_signature_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.digest}"
