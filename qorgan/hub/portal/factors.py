"""Forms of second factors: codes are counted by `lockout`, passkeys are named in the page's language."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter as factor_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from qorgan.hub.portal import sign_ins
from qorgan.hub.portal.devices import known_device
from qorgan.hub.portal.lockout import charge, code_counters, refund

if TYPE_CHECKING:
    from qorgan.hub.members.models import Person

TOTP_PERIOD: Final = 30
"""Seconds that an authenticator app shows one code."""


class _Counted:
    """Charges the attempt before the code is looked at, and refunds it when the code was right."""

    user: Person
    authenticator: Authenticator

    def clean_code(self) -> str:
        """The code, if it is right and attempts are left."""
        counters = code_counters(self.user.pk, known_device(context.request, self.user.pk))
        if not charge(counters):
            sign_ins.refused(context.request, "code", counters[0].key, self.user.pk)
            raise get_adapter().validation_error("too_many_login_attempts")
        code: Any = super().clean_code()  # type: ignore[misc]
        if not self._is_first_use(code):
            sign_ins.failed(context.request, self.authenticator.type, self.user.pk)
            raise factor_adapter().validation_error("incorrect_code")
        refund(counters)
        return str(code)

    def _is_first_use(self, code: str) -> bool:
        # The library forgets a used code after one period, but with a tolerance it is accepted for three.
        if self.authenticator.type != Authenticator.Type.TOTP:
            return True
        used = hashlib.sha256(f"{self.user.pk}:{normalize_user_code(code)}".encode()).hexdigest()
        periods = 1 + 2 * settings.MFA_TOTP_TOLERANCE
        return bool(cache.add(f"qorgan-code-used:{used}", "", timeout=(periods + 1) * TOTP_PERIOD))


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]
    """At sign-in, after the password."""


class RepeatedCodeForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """Before something sensitive."""


class _Watched:
    """Writes a passkey that was not accepted into the audit trail. Whose it claims to be is not believed."""

    user: Person | None

    def clean_credential(self) -> Authenticator:
        """The passkey, if it is right."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except forms.ValidationError:
            sign_ins.failed(context.request, Authenticator.Type.WEBAUTHN, self.user.pk if self.user else None)
            raise


class PasskeyForm(_Watched, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """At sign-in, after the password."""


class PasskeyAloneForm(_Watched, LoginWebAuthnForm):  # type: ignore[misc]
    """At sign-in, instead of the password."""


class RepeatedPasskeyForm(_Watched, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before something sensitive."""


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey. Unless the person says otherwise, it signs in by itself: it is two factors in one."""

    name = forms.CharField(label=_("Name of the passkey"), max_length=80, required=False)
    passwordless = forms.BooleanField(
        label=_("Sign in with this passkey alone"),
        required=False,
        initial=True,
        help_text=_("It is two factors at once: the device, and your fingerprint, face or PIN."),
    )


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name of the passkey"), max_length=80)
