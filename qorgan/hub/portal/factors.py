"""Forms of second factors: codes are counted by `lockout`, passkeys are named in the page's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from qorgan.hub.portal.devices import known_device
from qorgan.hub.portal.lockout import charge, code_counters, refund

if TYPE_CHECKING:
    from qorgan.hub.members.models import Person


class _Counted:
    """Charges the attempt before the code is looked at, and refunds it when the code was right."""

    user: Person

    def clean_code(self) -> str:
        """The code, if it is right and attempts are left."""
        counters = code_counters(self.user.pk, known_device(context.request, self.user.pk))
        if not charge(counters):
            raise get_adapter().validation_error("too_many_login_attempts")
        code: Any = super().clean_code()  # type: ignore[misc]
        refund(counters)
        return str(code)


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]
    """At sign-in, after the password."""


class RepeatedCodeForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
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
