"""Tables of notices: what a person was told, what the clerk has done already, and what goes out of the house."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from qorgan.hub.casework.models import Act, Deadline, Document, Reception

_PERSON = settings.AUTH_USER_MODEL


def _exactly_one(*names: str) -> Q:
    """Of these columns exactly one says something."""
    found = Q()
    for said in names:
        found |= Q(**{f"{name}__isnull": name != said for name in names})
    return found


class Notice(models.Model):
    """One person is told of one act on a document or on members, or of one moment of a clock.

    It holds none of the document's words, and names by key the one thing that it is about.
    """

    person = models.ForeignKey(_PERSON, on_delete=models.CASCADE, related_name="notices", db_index=False)
    cause = models.CharField(max_length=80)
    """`act:<id>`, `entry:<id>` or `clock:<id>:<stage>:<day>`: nobody is told of the same thing twice."""
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    application = models.ForeignKey(
        "members.Application", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    absence = models.ForeignKey(
        "members.Absence", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    account = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    institution = models.ForeignKey(
        "members.Organisation", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reception = models.ForeignKey(Reception, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    act = models.ForeignKey(Act, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    deadline = models.ForeignKey(Deadline, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry = models.ForeignKey(
        "members.JournalEntry", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The act on members, as the audit trail has it."""
    what = models.CharField(max_length=40)
    """The key of its sentence in `words`."""
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "cause"], name="notice_is_told_once"),
            models.CheckConstraint(
                condition=_exactly_one("act", "deadline", "entry"),
                name="notice_has_one_cause",
            ),
            models.CheckConstraint(
                condition=_exactly_one("document", "application", "absence", "account", "institution"),
                name="notice_is_about_one_thing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-created_at"], name="notice_person"),
            models.Index(fields=["person"], condition=Q(seen_at=None), name="notice_unseen"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.cause}"


class ActTold(models.Model):
    """An act of which everybody who is to be told has been told."""

    act = models.OneToOneField(Act, primary_key=True, on_delete=models.PROTECT, related_name="told")
    at = models.DateTimeField()

    class Meta:
        db_table = "act_told"

    def __str__(self) -> str:
        return str(self.act_id)


class EntryTold(models.Model):
    """An act on members of which everybody who is to be told has been told."""

    entry = models.OneToOneField(
        "members.JournalEntry", primary_key=True, on_delete=models.PROTECT, related_name="told"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "entry_told"

    def __str__(self) -> str:
        return str(self.entry_id)


class DeadlineTold(models.Model):
    """A stage of a clock of which people were told, or which a later stage made needless."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="told", db_index=False)
    stage = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    """When the clock ran out, as it was told: a clock that the calendar moved is told of anew."""
    at = models.DateTimeField()

    class Meta:
        db_table = "deadline_told"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deadline", "stage", "due_at"], name="deadline_is_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.stage}"


class Webhook(models.Model):
    """An address of an institution that is called when something happens with documents it may see."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, related_name="webhooks", db_index=False
    )
    address = models.CharField(max_length=500)
    secret = models.TextField()
    """Sealed: it is shown once, when it is made."""
    made_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook"
        indexes: ClassVar = [
            models.Index(fields=["organisation"], condition=Q(removed_at=None), name="webhook_in_use"),
        ]

    def __str__(self) -> str:
        return self.address


class Way(models.TextChoices):
    """By which way something goes out."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class Going(models.TextChoices):
    """Where a delivery stands. A dead one waits for somebody to send it again."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"
    DROPPED = "dropped"


class Delivery(models.Model):
    """One mail or one call on its way. What it says is made when it goes, by what may be said then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    way = models.CharField(max_length=10, choices=Way)
    notice = models.OneToOneField(Notice, null=True, on_delete=models.CASCADE, related_name="mail")
    webhook = models.ForeignKey(Webhook, null=True, on_delete=models.PROTECT, related_name="calls", db_index=False)
    act = models.ForeignKey(Act, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    deadline = models.ForeignKey(Deadline, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry = models.ForeignKey(
        "members.JournalEntry", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    what = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=Going, default=Going.WAITING)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    """Not before; while it is under way, when it is taken for lost and tried again."""
    error = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["webhook", "act"], name="delivery_of_an_act_is_one"),
            models.UniqueConstraint(fields=["webhook", "deadline", "what"], name="delivery_of_a_clock_is_one"),
            models.UniqueConstraint(fields=["webhook", "entry"], name="delivery_of_an_entry_is_one"),
            models.CheckConstraint(
                condition=Q(way="mail", notice__isnull=False, webhook__isnull=True)
                | Q(way="webhook", notice__isnull=True, webhook__isnull=False),
                name="delivery_goes_one_way",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["way", "next_at"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["-created_at"], condition=Q(state="dead"), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.what} {self.state}"
