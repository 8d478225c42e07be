"""The page by which an invited person sets the first password of their account (R67.6). It is open to anybody."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from qorgan.hub.members import invitations
from qorgan.hub.members.models import Person
from qorgan.hub.portal.language import remember
from qorgan.hub.portal.lockout import Counter, charge, network_of, refund
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal

_ATTEMPTS: Final = 30
"""Codes a network may try in a window; the right one is not counted."""


class InvitationForm(forms.Form):
    """A code, and the password of one's choice."""

    code = forms.CharField(
        label=_("Code of the invitation"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("Password"), max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("The password once more"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Both passwords agree."""
        cleaned = super().clean() or {}
        if "password" in cleaned and cleaned.get("again") not in (None, cleaned["password"]):
            self.add_error("again", _("The two passwords are not the same."))
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Take the code and the password; the second factor follows at the first sign-in."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = _accepted(request, form)
        if person is not None:
            EmailAddress.objects.get_or_create(user=person, email=person.email, verified=True, primary=True)
            remember(person, translation.get_language() or "kk")
            messages.success(request, gettext("The password is set. Sign in, and choose your second factor."))
            return redirect("account_login")
    return render(request, "portal/invitation.html", {"form": form}, status=422 if form.errors else 200)


def _accepted(request: HttpRequest, form: InvitationForm) -> Person | None:
    """Whose account is open from here on; None where the form says what was wrong."""
    counters = [Counter(f"invitation:network:{network_of(get_adapter().get_client_ip(request))}", _ATTEMPTS)]
    if not charge(counters):
        form.add_error(None, _("Too many attempts. Wait fifteen minutes."))
        return None
    code, password = form.cleaned_data["code"], form.cleaned_data["password"]
    try:
        person = invitations.invited(code, now=now())
        refund(counters)
        validate_password(password, person)
        return invitations.accept_invitation(code, password, now=now())
    except Refusal as refusal:
        form.add_error(refusal.field, str(refusal.message))
    except ValidationError as weak:
        form.add_error("password", weak)
    return None
