"""Pages about the portal itself and about oneself."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.mfa.adapter import get_adapter as factor_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from qorgan.hub.portal.menu import places


def home(request: HttpRequest) -> HttpResponse:
    """The first place of the menu that is open to the person."""
    shown = places(request)
    return redirect(shown[0].url if shown else "account")


def account(request: HttpRequest) -> HttpResponse:
    """What the hub keeps about the person, and how they sign in."""
    factors = Authenticator.objects.filter(user_id=request.user.pk)
    return render(request, "portal/account.html", {"factors": [factor.wrap() for factor in factors]})


def no_self_service(request: HttpRequest) -> HttpResponse:
    """Accounts and forgotten passwords are the centre's business."""
    return render(request, "portal/no_self_service.html")


def health(request: HttpRequest) -> HttpResponse:
    """That the process answers; nothing about anything else."""
    del request
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Removing a passkey, unless it is the last second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, or say why not."""
        adapter = factor_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            response: HttpResponse = super().form_valid(form)
            return response
        reason = adapter.error_messages["cannot_delete_authenticator"]
        account_adapter().add_message(self.request, messages.ERROR, message=str(reason))
        return redirect("mfa_index")
