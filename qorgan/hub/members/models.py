"""Tables of those who take part in ASOI. What is done with them stands in `actions`, who may see them in `access`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Trim
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.lifecycle import OPEN, State
from qorgan.hub.members.reset import FactorReset  # noqa: F401 (Django finds tables through this module)
from qorgan.hub.members.roles import APART, Role
from qorgan.law.asoi import OrganisationKind

_KINDS = [(kind.value, kind.en) for kind in OrganisationKind]
"""Stored beside the column for forms; pages take the act's own kk and ru names from `law`."""


class OrganisationState(models.TextChoices):
    """Whether an organisation takes part. Its data stays readable in both states."""

    CONNECTED = "connected", _("Connected")
    SUSPENDED = "suspended", _("Suspended")


class ModuleState(models.TextChoices):
    """Life of an integration module: awaiting-enrolment -> enrolled -> revoked, and never back."""

    AWAITING_ENROLMENT = "awaiting-enrolment", _("Awaiting enrolment")
    ENROLLED = "enrolled", _("Enrolled")
    REVOKED = "revoked", _("Revoked")


class KeyState(models.TextChoices):
    """Whether a module's key still counts. One key of a module is active at a time."""

    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")
    REVOKED = "revoked", _("Revoked")


def _one_of(field: str, choices: Iterable[str], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [str(one) for one in choices]}), name=name)


class PersonManager(BaseUserManager["Person"]):
    """Makes people. They sign in with their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A person with this address; without a password nobody can sign in as them yet."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractUser):
    """Somebody who signs in: fields as R67.6 asks of an account. What they may do hangs on memberships alone."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("E-mail"), unique=True)
    surname = models.CharField(_("Surname"), max_length=100)
    given_name = models.CharField(_("Given name"), max_length=100, blank=True)
    patronymic = models.CharField(_("Patronymic, if any"), max_length=100, blank=True)
    full_name = models.GeneratedField(
        expression=Trim(Concat("surname", Value(" "), "given_name", Value(" "), "patronymic")),
        output_field=models.CharField(_("Full name"), max_length=302),
        db_persist=True,
    )
    """Surname, given name and patronymic, in this order."""
    position = models.CharField(_("Position"), max_length=200, blank=True)
    phones = models.CharField(_("Phones"), max_length=200, blank=True)
    """One or several in E.164, apart by commas."""
    session_epoch = models.PositiveIntegerField(default=0)
    """Counted up by a blocking: sessions begun before it never come back to life."""

    objects: ClassVar[PersonManager] = PersonManager()  # type: ignore[assignment]

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["surname", "given_name"]

    class Meta:
        db_table = "person"

    def __str__(self) -> str:
        return str(self.full_name) or self.email

    def get_full_name(self) -> str:
        """The whole name as written in the account."""
        return str(self.full_name)

    def get_short_name(self) -> str:
        """The same: names of three languages have no common short form."""
        return str(self.full_name)

    def get_session_auth_hash(self) -> str:
        """What a session is bound to: the password, and the epoch that a blocking ends."""
        return self._bound(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under keys used before."""
        return map(self._bound, super().get_session_auth_fallback_hash())

    def _bound(self, digest: str) -> str:
        return f"{digest}.{self.session_epoch}"


class Organisation(models.Model):
    """An organisation's profile (R67.3.2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bin = models.CharField(_("BIN"), max_length=12, unique=True)
    kind = models.CharField(_("Kind"), max_length=32, choices=_KINDS)
    name_kk = models.CharField(_("Name in Kazakh"), max_length=300)
    name_ru = models.CharField(_("Name in Russian"), max_length=300)
    name_en = models.CharField(_("Name in English"), max_length=300)
    email = models.EmailField(_("E-mail"))
    reporting_phone = models.CharField(_("Registered reporting phone"), max_length=16, blank=True)
    """E.164. Reports by phone are taken from this number alone."""
    contacts = models.JSONField(_("Contacts"), default=list, blank=True)
    """A list of {name, position, phone, email}: who answers round the clock."""
    networks = models.JSONField(_("Networks"), default=list, blank=True)
    """Blocks of addresses, such as 198.51.100.0/24."""
    domains = models.JSONField(_("Domains"), default=list, blank=True)
    inventory = models.JSONField(_("Software and hardware"), default=list, blank=True)
    """A list of {kind: 'software' | 'hardware', vendor, product, version, cpe, purl}."""
    served_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="serves")
    """The security operations centre that acts for this organisation."""
    state = models.CharField(_("State"), max_length=16, choices=OrganisationState, default=OrganisationState.CONNECTED)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "organisation"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(bin__regex=r"^[0-9]{12}$"), name="organisation_bin_is_12_digits"),
            models.CheckConstraint(
                condition=Q(reporting_phone="") | Q(reporting_phone__regex=r"^\+[0-9]{8,15}$"),
                name="organisation_phone_is_e164",
            ),
            _one_of("kind", OrganisationKind, "organisation_kind_is_known"),
            _one_of("state", OrganisationState, "organisation_state_is_known"),
            models.CheckConstraint(
                condition=Q(served_by=None) | ~Q(kind__in=["soc", "authority"]),
                name="organisation_soc_is_served_by_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en

    def name(self, language: str) -> str:
        """The name in 'kk', 'ru' or 'en'."""
        return {"kk": self.name_kk, "ru": self.name_ru}.get(language, self.name_en)


class Membership(models.Model):
    """A person's role in an organisation."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("Role"), max_length=32, choices=Role)

    class Meta:
        db_table = "membership"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "organisation", "role"], name="membership_is_said_once"),
            _one_of("role", Role, "membership_role_is_known"),
            *(
                models.UniqueConstraint(
                    fields=["person", "organisation"],
                    condition=Q(role__in=sorted(group)),
                    name=f"membership_{min(group).replace('-', '_')}_is_apart",
                )
                for group in APART
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.organisation_id}"


class ApplicationKind(models.TextChoices):
    """What is asked of the centre."""

    CONNECTION = "connection", _("Connection")
    ACCOUNT = "account", _("Personal account")
    PROFILE = "profile", _("Change of the profile")


class Application(models.Model):
    """What somebody asks of the centre about members: reviewed, accepted or sent back (R67.5, R67.6, R67.3.2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=ApplicationKind)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    """Who asks, or for whose employee; nobody's when a connection was asked for by letter."""
    subject = models.CharField(max_length=254)
    """What two open applications may not share: the BIN, the address in small letters, the organisation's id."""
    content = models.JSONField()
    """As `content.Connection`, `content.Account` or `profile.Profile` says it."""
    before = models.JSONField(null=True, blank=True)
    """The profile that a change of it was proposed on."""
    returned = models.JSONField(null=True, blank=True)
    """The content that was sent back last, to show what was mended."""
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in State])
    findings = models.JSONField(default=list, blank=True)
    """A list of {field, reason} of the last time it was sent back."""
    authors = models.JSONField(default=list)
    """Everybody who wrote any version of it: none of them may decide on it (R48.15)."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    """When it came to the state it is in."""
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=64, blank=True, default="")
    """What accepting made: the organisation's or the person's key."""

    class Meta:
        db_table = "application"
        indexes: ClassVar = [models.Index(fields=["state", "-moved_at"], name="application_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state__in=sorted(state.value for state in OPEN)),
                name="application_one_is_open",
            ),
            _one_of("kind", ApplicationKind, "application_kind_is_known"),
            _one_of("state", State, "application_state_is_known"),
            models.CheckConstraint(
                condition=Q(kind=ApplicationKind.CONNECTION) | Q(organisation__isnull=False),
                name="application_names_its_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.state}"


class Invitation(models.Model):
    """A one-time code by which a person sets the password of their new account. Only its digest is kept (R67.6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations")
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "invitation"

    def __str__(self) -> str:
        return str(self.id)


class Absence(models.Model):
    """A head of security is away, and somebody of the same institution stands in for as long."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="absences")
    absent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deputisings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    """From this moment on the deputy is none, without anybody's doing."""
    reason = models.CharField(max_length=500)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "absence"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(deputy=F("absent")), name="absence_deputy_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.absent_id} until {self.ends_at:%Y-%m-%d %H:%M}"


class Module(models.Model):
    """An integration module of an organisation (R67.3.8), and how far the hub has taken its signals."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="modules")
    name = models.CharField(_("Name"), max_length=100)
    state = models.CharField(_("State"), max_length=20, choices=ModuleState, default=ModuleState.AWAITING_ENROLMENT)
    version = models.CharField(_("Version"), max_length=32, blank=True, default="")
    last_seen_at = models.DateTimeField(_("Last seen"), null=True, blank=True)
    high_water = models.BigIntegerField(default=0)
    """The last sequence number taken. Everything up to it is stored, refused or void; nothing after it is."""
    status = models.JSONField(null=True, blank=True)
    """The last heartbeat, as `wire.enrolment.Heartbeat` says it."""
    created_at = models.DateTimeField()
    enrolled_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "module"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="module_name_is_used_once"),
            _one_of("state", ModuleState, "module_state_is_known"),
            models.CheckConstraint(condition=Q(high_water__gte=0), name="module_high_water_is_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class ModuleKey(models.Model):
    """A public key of a module. The private half was made on the module's machine and never left it."""

    id = models.CharField(primary_key=True, max_length=16)
    """The first sixteen hexadecimal digits of SHA-256 of the raw key."""
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="keys")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    public_key = models.BinaryField(max_length=32)
    state = models.CharField(max_length=16, choices=KeyState, default=KeyState.ACTIVE)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "module_key"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["module"], condition=Q(state=KeyState.ACTIVE), name="module_key_one_is_active"
            ),
            _one_of("state", KeyState, "module_key_state_is_known"),
        ]

    def __str__(self) -> str:
        return self.id


class EnrolmentCode(models.Model):
    """A one-time code for one module. Only its digest is kept (R67.7)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="codes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "enrolment_code"

    def __str__(self) -> str:
        return str(self.id)


class JournalEntry(models.Model):
    """Who did or read what, of which organisation. PostgreSQL refuses every change of it."""

    at = models.DateTimeField(db_index=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    """Nobody's when the hub itself acted: from its command line, or for a module."""
    organisation_id = models.UUIDField(null=True, blank=True)
    """Whose data it was about."""
    act = models.CharField(max_length=64)
    object = models.CharField(max_length=200, blank=True, default="")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "hub_journal"
        indexes: ClassVar = [models.Index(fields=["organisation_id", "-at"], name="hub_journal_organisation")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.object}"
