"""Forms that take a one-time or a recovery code, counted by `lockout`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm

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
