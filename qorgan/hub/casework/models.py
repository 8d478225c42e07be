"""Tables of documents. Who may read them stands in `access` and in the policies, what is done with them in `engine`."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

_PERSON = settings.AUTH_USER_MODEL
_ORGANISATION = "members.Organisation"


class Document(models.Model):
    """What all parties see of a document: where it stands. Its words are in drafts and versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=24, unique=True)
    """Letters, year and six characters that tell nobody how many there are."""
    author = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="documents", db_index=False)
    """The organisation whose document it is."""
    acting = models.ForeignKey(_ORGANISATION, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The security operations centre that made it for the author (R67.5); null when the author made it."""
    about = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="follows")
    """The inquiry an answer belongs to; the card that a phone report was joined with; what a warning supersedes."""
    state = models.CharField(max_length=20)
    title = models.CharField(max_length=300, blank=True, default="")
    """Of the version sent last."""
    category = models.CharField(max_length=32, blank=True, default="")
    severity = models.SmallIntegerField(null=True)
    tlp = models.CharField(max_length=20, blank=True, default="")
    stage = models.SmallIntegerField(default=1)
    is_final = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)
    """A training document: marked wherever it is shown, and in no statistics."""
    open_to_centre = models.BooleanField(default=True)
    anonymous = models.BooleanField(default=False, db_default=False)
    """Addressees are not told whose it is: neither pages nor exact bytes name the author to them."""
    version = models.IntegerField(default=0)
    """The number of the version sent last; 0 before the first."""
    revision = models.IntegerField(default=1)
    """Grows with every act, so that whoever acts on an older look is told."""
    created_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    found_at = models.DateTimeField(null=True)
    """When the matter was found, as the author says: "at once" is counted from here."""
    created_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    """When the version that was sent first had been agreed."""
    submitted_at = models.DateTimeField(null=True)
    """Of the first version; a return never changes it."""
    sent_at = models.DateTimeField(null=True)
    """Of the last version."""
    received_at = models.DateTimeField(null=True)
    """When the centre, or for an answer the asker, first took it up."""
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "document"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(version__gte=0), name="document_version_is_not_negative"),
            models.CheckConstraint(
                condition=Q(version=0) | Q(submitted_at__isnull=False), name="document_sent_has_its_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["author", "kind", "state"], name="document_author_state"),
            models.Index(fields=["kind", "state", "-sent_at"], name="document_kind_state"),
            models.Index(fields=["-sent_at"], name="document_sent"),
        ]

    def __str__(self) -> str:
        return self.number


class Draft(models.Model):
    """The version in preparation: seen by the author's people alone."""

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.CASCADE, related_name="draft")
    author = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, default="open")
    content = models.JSONField(default=dict)
    """As the struct of its kind writes it."""
    addressees = ArrayField(models.UUIDField(), default=list)
    title = models.CharField(max_length=300, blank=True, default="")
    makers = ArrayField(models.BigIntegerField(), default=list)
    """Everyone who wrote in it since the last version: none of them may agree to it (R48.15)."""
    edited_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    edited_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    exact = models.BinaryField(null=True)
    """The very bytes that were proposed, which the agreement is over, and which are sent."""
    agreed_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "document_draft"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(agreed_by__isnull=False, agreed_at__isnull=False, exact__isnull=False),
                name="document_draft_agreed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.state}"


class Version(models.Model):
    """A version as it was sent: never changed."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    author = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.IntegerField()
    exact = models.BinaryField()
    """Canonical JSON: what the receipt proves."""
    digest = models.CharField(max_length=80)
    agreed_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreed_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "document_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_number_is_used_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.number}"


class Reception(models.Model):
    """One addressee's part: received, decided, processed; or taken up, worked on, answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="receptions")
    organisation = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="receptions", db_index=False)
    author = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+", db_index=False)
    open_to_centre = models.BooleanField(default=True)
    state = models.CharField(max_length=20)
    version = models.IntegerField()
    """Of the document, as it was decided on."""
    revision = models.IntegerField(default=1)
    decision = models.JSONField(default=list)
    """For each recommendation {item, accepted, reason}, proposed or agreed."""
    makers = ArrayField(models.BigIntegerField(), default=list)
    answer = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    """When it was processed, or the work on the inquiry was finished."""

    class Meta:
        db_table = "document_reception"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "organisation"], name="document_reception_is_one"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state"], name="document_reception_state"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.organisation_id} {self.state}"


class Act(models.Model):
    """One verb that was said: PostgreSQL takes it and never changes it. The ledger holds its digest."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="acts")
    reception = models.ForeignKey(Reception, null=True, on_delete=models.PROTECT, related_name="acts")
    organisation = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+", db_index=False)
    """For whom it was done."""
    home = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Where the person belongs: another than `organisation` when a security operations centre acts for it."""
    person = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Nobody's where the hub's own command line connects an institution, to which what is in force is brought."""
    verb = models.CharField(max_length=32)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    clause = models.CharField(max_length=32)
    at = models.DateTimeField()
    version = models.IntegerField()
    detail = models.JSONField(default=dict)
    """Reason, fields that lack, decision: as the verb needs."""
    audience = models.CharField(max_length=10)
    exact = models.BinaryField()
    """Canonical JSON of the act, or for a submission the version's own bytes."""
    digest = models.CharField(max_length=80)

    class Meta:
        db_table = "document_act"
        indexes: ClassVar = [models.Index(fields=["document", "at"], name="document_act_at")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(verb="bring"), name="document_act_of_nobody_is_a_bringing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.verb}"


class ActReceipt(models.Model):
    """The ledger's receipt of an act, written by the hub's clerk once the act is in the ledger."""

    act = models.OneToOneField(Act, primary_key=True, on_delete=models.PROTECT, related_name="receipt")
    position = models.BigIntegerField(unique=True)
    receipt = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "document_act_receipt"

    def __str__(self) -> str:
        return f"{self.act_id} {self.position}"


class Deadline(models.Model):
    """A clock of the law: started and stopped by acts, counted by the calendar of its day."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="deadlines")
    reception = models.ForeignKey(Reception, null=True, on_delete=models.PROTECT, related_name="deadlines")
    organisation = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Who has to act."""
    clause = models.CharField(max_length=32)
    starts = models.CharField(max_length=100)
    """The event that started it, as the term says."""
    working_days = models.SmallIntegerField(null=True)
    months = models.SmallIntegerField(null=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    calendar = models.CharField(max_length=64)
    """Version of the calendar it was counted with."""
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "document_deadline"
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "due_at"], condition=Q(stopped_at=None), name="document_deadline_open"
            ),
            models.Index(fields=["due_at"], condition=Q(stopped_at=None), name="document_deadline_due"),
        ]

    def __str__(self) -> str:
        return f"{self.clause} {self.due_at:%Y-%m-%d}"


class DeadlineMove(models.Model):
    """The trace of a deadline that a change of the calendar moved."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="moves")
    before = models.DateTimeField()
    after = models.DateTimeField()
    calendar_before = models.CharField(max_length=64)
    calendar_after = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "document_deadline_move"

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.after:%Y-%m-%d}"


class CalendarEdition(models.Model):
    """A state of the working-day calendar. The newest is in force; the first is the one that came with the product."""

    edition = models.CharField(max_length=40, unique=True)
    version = models.CharField(max_length=64, unique=True)
    table = models.JSONField()
    act = models.TextField()
    """The act behind the change."""
    person = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "calendar_edition"

    def __str__(self) -> str:
        return self.version


class Comment(models.Model):
    """What a party wrote beside a document (R67.14 keeps the taking up of an inquiry in its comments)."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="comments")
    reception = models.ForeignKey(Reception, null=True, on_delete=models.PROTECT, related_name="comments")
    organisation = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+", db_index=False)
    home = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    audience = models.CharField(max_length=10)
    text = models.TextField()
    code = models.CharField(max_length=32, default="", db_default="")
    """The verb that speaks for itself where nobody wrote anything: worded when it is shown."""
    at = models.DateTimeField()

    class Meta:
        db_table = "document_comment"

    def __str__(self) -> str:
        return f"{self.document_id} {self.at:%Y-%m-%d}"


class Attachment(models.Model):
    """A file of a document, by its digest. Others than the author's people see it once a version with it was sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="attachments")
    author = models.ForeignKey(_ORGANISATION, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    scan = models.CharField(max_length=20)
    """clean, infected, or not-scanned where the scanner is not there."""
    added_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "document_attachment"

    def __str__(self) -> str:
        return self.name
