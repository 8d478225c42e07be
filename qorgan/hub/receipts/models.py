"""The ledger as tables. Only intake writes them; PostgreSQL refuses every change of what was written."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class LedgerEpoch(models.Model):
    """One tree of the ledger. A new one is opened when the hub was restored from an older backup."""

    epoch = models.IntegerField(primary_key=True)
    origin = models.CharField(max_length=200, unique=True)
    """Name of the tree in its checkpoints."""
    start = models.BigIntegerField()
    """Position of its first entry; an entry's index in the tree is its position less this. The same as that of the
    epoch before when that one never had an entry."""
    opened_at = models.DateTimeField()
    lost = models.TextField(blank=True, default="")
    """The checkpoint that proved that the tree before had been larger, as a module presented it."""

    class Meta:
        db_table = "ledger_epoch"

    def __str__(self) -> str:
        return self.origin


class LedgerState(models.Model):
    """The one row that every append locks, last of all."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    epoch = models.ForeignKey(
        LedgerEpoch, on_delete=models.PROTECT, related_name="+", db_column="epoch", db_index=False
    )
    size = models.BigIntegerField(default=0)
    """Entries in the tree of this epoch."""
    frontier = models.BinaryField()
    """The growing edge of the tree, as `ledger.frontier` writes it."""

    class Meta:
        db_table = "ledger_state"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="ledger_state_is_one_row"),
        ]

    def __str__(self) -> str:
        return f"{self.epoch_id}: {self.size}"


class LedgerEntry(models.Model):
    """One entry: what was received from whom and when, as canonical bytes, and their hash in the tree."""

    position = models.BigIntegerField(primary_key=True)
    """Counts on through all epochs, in the order of commits."""
    organisation = models.ForeignKey(
        "members.Organisation", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Nobody's for the entry that opens an epoch."""
    entry = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)
    appended_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_entry"

    def __str__(self) -> str:
        return str(self.position)


class LedgerCheckpoint(models.Model):
    """A signed head of the tree, as it was given out."""

    pk = models.CompositePrimaryKey("epoch", "size")
    epoch = models.ForeignKey(
        LedgerEpoch, on_delete=models.PROTECT, related_name="+", db_column="epoch", db_index=False
    )
    size = models.BigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_checkpoint"

    def __str__(self) -> str:
        return f"{self.epoch_id}: {self.size}"


class LedgerHash(models.Model):
    """The root of a full tile, which stands in the tile above it: levels 1 and up of the tile layout."""

    pk = models.CompositePrimaryKey("epoch", "level", "position")
    epoch = models.ForeignKey(
        LedgerEpoch, on_delete=models.PROTECT, related_name="+", db_column="epoch", db_index=False
    )
    level = models.SmallIntegerField()
    position = models.BigIntegerField()
    """Number of the hash within its level of this epoch's tree."""
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_hash"

    def __str__(self) -> str:
        return f"{self.epoch_id}: {self.level}/{self.position}"


class Batch(models.Model):
    """A batch that was taken, and the receipt the module got for it."""

    entry = models.OneToOneField(
        LedgerEntry, primary_key=True, on_delete=models.PROTECT, related_name="batch", db_column="position"
    )
    organisation = models.ForeignKey("members.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    module = models.ForeignKey("members.Module", on_delete=models.PROTECT, related_name="batches", db_index=False)
    first_sequence = models.BigIntegerField()
    last_sequence = models.BigIntegerField()
    digest = models.CharField(max_length=80)
    """Of the lines as they were sent, refused ones included: the same batch again is known by it."""
    records = models.IntegerField()
    """Records stored."""
    leaves = models.BinaryField(default=b"")
    """The leaf hashes of the stored records, in their order: whence the proof of one record, and its integrity."""
    refused = models.IntegerField()
    """Records that the contract refused; the module was told each one's place, field and reason."""
    received_at = models.DateTimeField()
    receipt = models.BinaryField()
    """The receipt as it was given, byte for byte (JSON of `ledger.receipt.Receipt`)."""
    refusals = models.BinaryField(null=True)
    """The problem that stood beside the receipt, byte for byte, when records were refused."""

    class Meta:
        db_table = "batch"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["module", "first_sequence"], name="batch_range_is_taken_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["received_at"], name="batch_received"),
            models.Index(fields=["organisation", "received_at"], name="batch_organisation_received"),
        ]

    def __str__(self) -> str:
        return f"{self.module_id} {self.first_sequence}-{self.last_sequence}"


class JournalLink(models.Model):
    """A link of the journal's chain, made by PostgreSQL as an entry is committed. `audit_journal` follows it."""

    link = models.BigIntegerField(primary_key=True)
    """Counts from 1 on, in the order of commits."""
    entry = models.BigIntegerField(unique=True)
    """The row of `hub_journal`."""
    hash = models.BinaryField(max_length=32)
    """SHA-256 of the link before and the entry's content."""

    class Meta:
        db_table = "hub_journal_chain"

    def __str__(self) -> str:
        return str(self.link)
