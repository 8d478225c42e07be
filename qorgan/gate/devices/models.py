"""The tables of devices. What the database itself refuses stands in `migrations/0002`."""

from __future__ import annotations

import uuid

from django.db import models


class Device(models.Model):
    """An app on a device of a client's: one key, which never leaves it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    thumbprint = models.CharField(max_length=43, unique=True)
    """Of the key (RFC 7638). A key is one device's for ever: a closed one's is not bound again."""
    key = models.JSONField()
    """The public key (RFC 7517)."""
    platform = models.CharField(max_length=20)
    name = models.CharField(max_length=100, blank=True, default="")
    ceremony = models.UUIDField()
    """In which it was bound."""
    report = models.UUIDField(null=True, unique=True)
    """The report of the biometric identification that bound it, and it alone; none for an employee's."""
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        db_table = "device"
        indexes = (models.Index(fields=["client"], condition=models.Q(closed_at=None), name="device_open"),)

    def __str__(self) -> str:
        return str(self.pk)


class DeviceProof(models.Model):
    """A proof that was taken, remembered for as long as it would be fresh: it is taken once."""

    pk = models.CompositePrimaryKey("device_id", "digest")
    device = models.ForeignKey(Device, models.CASCADE, related_name="+")
    digest = models.BinaryField()
    """SHA-256 of the proof's own id."""
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "device_proof"

    def __str__(self) -> str:
        return str(self.pk)
