"""What is kept of an identification: the report, the face image of it, and who looked at the image."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from qorgan.gate.providers.biometrics import State
from qorgan.gate.rules.proof import BiometricSource


class BiometricReport(models.Model):
    """A report that was believed to be about this client and this ceremony, good or bad."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    ceremony = models.UUIDField(db_index=True)
    """The one ceremony that it is good for."""
    nonce = models.CharField(max_length=88)
    purpose = models.CharField(max_length=200)
    provider = models.CharField(max_length=100)
    """Our name of whoever identified."""
    source = models.CharField(max_length=20, choices=[(one.value, one.value) for one in BiometricSource])
    """R56.1: the state's centre or an own device."""
    issuer = models.CharField(max_length=200)
    report = models.CharField(max_length=64)
    """The issuer's id of the report."""
    reference = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=[(one.value, one.value) for one in State])
    reason = models.CharField(max_length=200, blank=True, default="")
    score = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    compared_with = models.CharField(max_length=20, blank=True, default="")
    """Whose reference image."""
    liveness = models.BooleanField(null=True)
    """Whether the check was passed; NULL where none was made."""
    attempt = models.SmallIntegerField(null=True)
    commands = models.JSONField(default=list)
    """Each command and whether it was followed, in order."""
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    received_at = models.DateTimeField()
    signed = models.BinaryField()
    """The report as it was signed, sealed: it names the person."""

    class Meta:
        db_table = "biometric_report"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "report"], name="biometric_report_counts_once"),
            models.UniqueConstraint(fields=["nonce"], name="biometric_nonce_is_answered_once"),
            models.CheckConstraint(
                condition=~Q(state=State.PASSED.value) | Q(score__gte=models.F("threshold")),
                name="biometric_report_passed_above_its_threshold",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PASSED.value, source=BiometricSource.STATE.value) | Q(liveness=True),
                name="biometric_report_of_the_state_has_liveness",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class BiometricImage(models.Model):
    """The face image of the liveness check (R56.13.1). Sealed for its report alone, and destroyed on its day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.OneToOneField(BiometricReport, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    """As the report names it, so that what was destroyed is still told from what never was."""
    sealed = models.BinaryField()
    destroy_on = models.DateField(db_index=True)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        db_table = "biometric_image"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(destroyed_at=None) | Q(sealed=b""), name="biometric_image_destroyed_is_gone"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class BiometricImageAccess(models.Model):
    """That somebody looked at an image, and why."""

    id = models.BigAutoField(primary_key=True)
    image = models.ForeignKey(BiometricImage, models.PROTECT, related_name="accesses")
    by = models.UUIDField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    entry = models.BigIntegerField()
    """The journal's."""

    class Meta:
        db_table = "biometric_image_access"

    def __str__(self) -> str:
        return str(self.pk)
