"""How django-allauth is fitted to the hub: no open sign-up, our counters, factors that cannot be given up."""

from __future__ import annotations

import time
from typing import Any, Final, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.models import Person
from qorgan.hub.portal import sign_ins
from qorgan.hub.portal.devices import known_device
from qorgan.hub.portal.lockout import Counter, charge, password_counters, refund
from qorgan.hub.portal.proof import factors_of, has_second_factor, was_enrolled_here
from qorgan.hub.portal.sealing import seal, unseal

_ENROLMENT_SECONDS: Final = 15 * 60


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by password."""

    error_messages: Final = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_password": _("The password is not right."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait fifteen minutes, or sign in from a device you have used before."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the centre (R67.6)."""
        del request
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Charge the attempt, before the password is looked at."""
        person_id = _account(credentials)
        self._charged = self._counters(request, str(credentials.get("email", "")), person_id)
        if not charge(self._charged):
            sign_ins.refused(request, "password", self._charged[0].key, person_id)
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """The person, if the password is theirs."""
        person = cast("Person | None", super().authenticate(request, **credentials))
        if person is not None:
            refund(self._charged)
        else:
            sign_ins.failed(request, "password", _account(credentials))
        return person

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not shortly after signing in, which proved no less; and enrolling a first factor may take a little longer."""
        person = self.request.user
        if not person.is_authenticated:
            return True
        first = was_enrolled_here(self.request) or not has_second_factor(person.pk)
        fresh = _ENROLMENT_SECONDS if first else settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(self.request, person)
        if any(time.time() - record["at"] < fresh for record in records):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def _counters(self, request: HttpRequest, email: str, person_id: int | None) -> list[Counter]:
        device = known_device(request, person_id) if person_id is not None else None
        return password_counters(email, self.get_client_ip(request), device)


def _account(credentials: dict[str, Any]) -> int | None:
    """Whose account is tried, if anybody's."""
    email = str(credentials.get("email", "")).lower()
    return Person.objects.filter(email=email).values_list("pk", flat=True).first()


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

    error_messages: Final = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("This is your only second factor. Add another one first."),
        "incorrect_code": _("The code is not right."),
    }

    def encrypt(self, text: str) -> str:
        """Secrets lie in the database sealed with a key that is not in it."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The counterpart."""
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor stays: two are obligatory (R67.6)."""
        return factors_of(authenticator.user_id) > 1

    def generate_authenticator_name(self, user: Person, type: str) -> str:  # noqa: A002  # the library's own name
        """A first name for a passkey; the person may change it."""
        del user, type
        return str(_("Passkey"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are bound to the hub's configured host, never to what a request says."""
        return {"id": settings.CONFIG.portal.hostname, "name": "Qorgan"}
