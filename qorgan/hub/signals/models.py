"""Signals as rows. Intake writes them by COPY; here they are only read.

A signal is (module, sequence). The table has no unique index: a module's high-water mark, moved under the lock of
the module's row, lets nothing in twice. Rows lie in one partition a day of `received_at`.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class SignalRule(models.Model):
    """One rule of one sensor, with the pack's rule that classified it: few rows, found by free text.

    An institution sees the rules that its own sensors named (`SignalRuleSeen`), for a rule's name may tell
    whose it is.
    """

    id = models.AutoField(primary_key=True)
    key = models.BinaryField(max_length=32, unique=True)
    """SHA-256 over the five fields: a unique index over the texts themselves could outgrow a page."""
    vendor = models.TextField()
    product = models.TextField()
    rule_id = models.TextField(default="")
    rule_name = models.TextField(default="")
    pack_rule = models.TextField()
    """`pack:rule` of the classification."""

    class Meta:
        db_table = "signal_rule"

    def __str__(self) -> str:
        return f"{self.product} {self.rule_id} {self.rule_name}"


class SignalRuleSeen(models.Model):
    """That an organisation's sensors have named a rule."""

    pk = models.CompositePrimaryKey("organisation_id", "rule_id")
    organisation = models.ForeignKey("members.Organisation", on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(SignalRule, on_delete=models.PROTECT, related_name="seen", db_column="rule")

    class Meta:
        db_table = "signal_rule_seen"

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.rule_id}"


class Signal(models.Model):
    """One signal, its searchable fields beside the exact line that was sent."""

    pk = models.CompositePrimaryKey("module_id", "sequence")
    received_at = models.DateTimeField()
    """When its batch came; the same for all records of a batch, and what the partitions go by."""
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    module = models.ForeignKey(
        "members.Module", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sequence = models.BigIntegerField()
    id = models.UUIDField()
    type = models.TextField()
    severity = models.SmallIntegerField()
    """Rank of `law.severity.Severity`, 0 to 4."""
    action = models.TextField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    count = models.IntegerField()
    source_address = models.GenericIPAddressField(null=True)
    source_port = models.IntegerField(null=True)
    domain = models.TextField(null=True)  # noqa: DJ001 (absent is not the same as empty, and takes no room)
    """Host of the URL, or the domain, or the mail sender's domain; lower case."""
    hashes = ArrayField(models.TextField(), null=True)
    """Digests of files. Search them through `SignalHash`: an array's index is useless under row security."""
    rule = models.ForeignKey(
        SignalRule, on_delete=models.PROTECT, related_name="+", db_column="rule", db_constraint=False, db_index=False
    )
    record = models.BinaryField()
    """The line as it was sent, byte for byte; everything else here is derived from it."""

    class Meta:
        db_table = "signal"

    def __str__(self) -> str:
        return f"{self.module_id}/{self.sequence}"


class SignalHash(models.Model):
    """One digest of a file in one signal, so that a digest is found by a plain index."""

    pk = models.CompositePrimaryKey("module_id", "sequence", "hash")
    hash = models.TextField()
    received_at = models.DateTimeField()
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    module = models.ForeignKey(
        "members.Module", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sequence = models.BigIntegerField()

    class Meta:
        db_table = "signal_hash"

    def __str__(self) -> str:
        return self.hash


class SignalTally(models.Model):
    """How many records and events of one kind a batch brought in one minute: what charts and counts add up."""

    pk = models.CompositePrimaryKey("position", "type", "severity", "rule_id")
    minute = models.DateTimeField()
    """Minute of `received_at`."""
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    module = models.ForeignKey(
        "members.Module", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    type = models.TextField()
    severity = models.SmallIntegerField()
    rule = models.ForeignKey(
        SignalRule, on_delete=models.PROTECT, related_name="+", db_column="rule", db_constraint=False, db_index=False
    )
    records = models.IntegerField()
    events = models.BigIntegerField()
    """Sum of the records' counts."""
    position = models.BigIntegerField()
    """Ledger position of the batch."""

    class Meta:
        db_table = "signal_tally"
        indexes: ClassVar = [
            models.Index(fields=["minute"], name="signal_tally_minute"),
            models.Index(fields=["organisation", "minute"], name="signal_tally_organisation"),
            models.Index(fields=["rule", "minute"], name="signal_tally_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M} {self.type} {self.records}"
