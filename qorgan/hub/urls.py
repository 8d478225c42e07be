"""Every address of the portal. Sign-in's are listed one by one: what is not here does not exist."""

from __future__ import annotations

from allauth.account import views as sign_in
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.urls import include, path

from qorgan.hub.api import pages as tokens
from qorgan.hub.portal import invitation, language, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("", include("qorgan.hub.signals.urls")),
    path("", include("qorgan.hub.members.urls")),
    path("", include("qorgan.hub.notices.urls")),
    path("", include("qorgan.hub.desk.urls")),
    path("", include("qorgan.hub.packages.urls")),
    path("", include("qorgan.hub.statistics.urls")),
    path("api/v1/", include("qorgan.hub.api.urls")),
    path("health", pages.health, name="health"),
    path("language/", language.choose, name="language"),
    path("account/", pages.account, name="account"),
    path("account/password/", sign_in.password_change, name="account_change_password"),
    path("account/tokens/", tokens.index, name="tokens"),
    path("account/tokens/new/", tokens.new, name="token_new"),
    path("account/tokens/<uuid:token>/end/", tokens.end, name="token_end"),
    path("account/tokens/accounts/", tokens.open_account, name="token_account_new"),
    path("account/tokens/accounts/<int:person>/close/", tokens.close_account, name="token_account_close"),
    path("account/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("account/factors/", second_factor.index, name="mfa_index"),
    path("account/factors/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/factors/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/factors/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/factors/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/factors/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("account/factors/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("account/factors/passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("account/factors/passkeys/<int:pk>/remove/", pages.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("sign-in/", sign_in.login, name="account_login"),
    path("sign-in/invitation/", invitation.accept, name="invitation"),
    path("sign-in/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/closed/", sign_in.account_inactive, name="account_inactive"),
    path("sign-in/help/", pages.no_self_service, name="account_reset_password"),
    path("sign-in/account/", pages.no_self_service, name="account_signup"),
    path("sign-in/again/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("sign-in/again/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("sign-in/again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("sign-out/", sign_in.logout, name="account_logout"),
]
