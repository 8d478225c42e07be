"""The table of passkeys."""

from __future__ import annotations

import uuid

from django.db import models


class Passkey(models.Model):
    """A passkey of a client's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    credential = models.BinaryField(unique=True)
    """The authenticator's own id for it."""
    public_key = models.BinaryField()
    """As COSE has it."""
    counter = models.BigIntegerField()
    """Uses, as the authenticator counts them; 0 for ever when it does not."""
    may_be_backed_up = models.BooleanField()
    is_backed_up = models.BooleanField()
    model = models.UUIDField()
    """The authenticator's AAGUID; zeros when it does not say."""
    model_is_proven = models.BooleanField()
    """Whether an attestation that ends at a configured root says so, and not the authenticator alone."""
    name = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "passkey"

    def __str__(self) -> str:
        return str(self.pk)
