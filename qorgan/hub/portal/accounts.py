"""Making people's accounts, from the command line and by the demonstration (R67.6)."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from qorgan.hub.members.models import Person
from qorgan.hub.members.people import parts_of
from qorgan.hub.portal.language import remember


@dataclass(frozen=True)
class Account:
    """A person who may sign in."""

    person: Person
    recovery_codes: tuple[str, ...]
    """To be shown once; empty where no second factor was given."""


@transaction.atomic
def create_person(
    *,
    email: str,
    full_name: str,
    password: str,
    totp_secret: str | None,
    language: str,
    position: str = "",
    phones: str = "",
) -> Account:
    """Make an account whose address the caller has checked.

    With `totp_secret` (base32) the account has its second factor from the start, and recovery codes; without it the
    person is led to enrol one at the first sign-in. `full_name` is surname, given name and patronymic in this order,
    apart by spaces. Raises django.core.exceptions.ValidationError for a password that
    the rules refuse, and django.db.IntegrityError for an address that is taken. Roles are given by `members`.
    """
    name = parts_of(full_name)
    validate_password(password, Person(email=email.lower(), full_name=full_name, **name))
    person = Person.objects.create_user(email, password, **name, position=position, phones=phones)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    remember(person, language)
    codes: tuple[str, ...] = ()
    if totp_secret is not None:
        TOTP.activate(person, totp_secret)
        recovery = RecoveryCodes.activate(person)
        recovery.mark_as_viewed()
        codes = tuple(recovery.get_unused_codes())
    return Account(person, codes)
