"""The tables of digital signatures."""

from __future__ import annotations

import uuid

from django.db import models


class Signer(models.Model):
    """That a client signs in with a digital signature. Whose it must be, the client's own numbers say."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.OneToOneField("clients.Client", models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the last certificate that was shown."""
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signer"

    def __str__(self) -> str:
        return str(self.pk)


class SignatureEvidence(models.Model):
    """What a verdict stood on, so that it can be reached again offline. Names people: sealed."""

    id = models.UUIDField(primary_key=True, editable=False)
    """Half of its SHA-256. Proofs carry it into the journal's chain, so that other evidence in its place is noticed."""
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    ceremony = models.UUIDField(db_index=True)
    at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64)
    sealed = models.BinaryField()

    class Meta:
        db_table = "signature_evidence"

    def __str__(self) -> str:
        return str(self.pk)
