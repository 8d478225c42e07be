"""Django's settings, derived from the hub's Config and secrets; nothing is decided here twice.

The web process connects as the role `qorgan_web`, which owns nothing and cannot pass by row security.
Migrations run over the owner's connection, which `qorgan hub migrate` adds for itself alone.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from qorgan.hub.config import load
from qorgan.hub.database.connection import Role, access
from qorgan.kit.address import Address, is_number
from qorgan.kit.pages import PAGE_PARTS
from qorgan.kit.pages.alike import *  # noqa: F403 (settings are names of a module)
from qorgan.kit.pages.alike import YEAR
from qorgan.kit.secret_files import signing_secret

CONFIG: Final = load()
_HERE: Final = Path(__file__).parent
_ADDRESS: Final = Address(CONFIG.portal.address)
HTTPS: Final = _ADDRESS.https
if not HTTPS and not _ADDRESS.loopback:
    raise ImproperlyConfigured(
        f"portal.address {CONFIG.portal.address} is plain http beyond this machine; write https://"
    )

SECRET_KEY = signing_secret(CONFIG.state)
ALLOWED_HOSTS = _ADDRESS.allowed_hosts
CSRF_TRUSTED_ORIGINS = [_ADDRESS.origin]
ROOT_URLCONF = "qorgan.hub.urls"
ASGI_APPLICATION = "qorgan.hub.asgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "qorgan.hub.members",
    "qorgan.hub.receipts",
    "qorgan.hub.signals",
    "qorgan.hub.casework",
    "qorgan.hub.signatures",
    "qorgan.hub.notices",
    "qorgan.hub.incidents",
    "qorgan.hub.calls",
    "qorgan.hub.warnings",
    "qorgan.hub.inquiries",
    "qorgan.hub.isms",
    "qorgan.hub.desk",
    "qorgan.hub.packages",
    "qorgan.hub.statistics",
    "qorgan.hub.api",
    "qorgan.hub.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "qorgan.kit.pages.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qorgan.hub.portal.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "qorgan.hub.portal.sessions.SessionsMiddleware",
    "qorgan.hub.portal.door.DoorMiddleware",
    "qorgan.kit.problem_middleware.ProblemMiddleware",
    "qorgan.hub.portal.scope.ScopeMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Our own templates come first, so that they stand in for those of the libraries.
        "DIRS": [_HERE / "portal" / "templates", PAGE_PARTS],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["qorgan.kit.pages.tags", "qorgan.kit.pages.components"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qorgan.kit.pages.context.page",
                "qorgan.hub.portal.context.portal",
            ],
        },
    }
]

DATABASES = {"default": access(CONFIG).pooled(Role.WEB)}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        # Used codes are remembered here: they must not be pushed out by a flood of other entries.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
}

# Sessions live in the database, so that ending one anywhere ends it everywhere.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-qorgan-session" if HTTPS else "qorgan-session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
CSRF_COOKIE_NAME = "__Host-qorgan-csrf" if HTTPS else "qorgan-csrf"
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_NAME = "qorgan-language"
LANGUAGE_COOKIE_SECURE = HTTPS
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_HSTS_SECONDS = YEAR if HTTPS else 0

AUTH_USER_MODEL = "members.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# Argon2id with the parameters OWASP recommends first: 19 MiB, two passes, one lane.
PASSWORD_HASHERS = ["qorgan.hub.portal.passwords.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "qorgan.hub.portal.passwords.NotGuessedFirst"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "qorgan.hub.portal.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the centre checks the address before it makes the account
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(timedelta(minutes=5).total_seconds())
# Wrong passwords and codes are counted by `portal.lockout`, whose counters are atomic. Right ones are not limited:
# an institution's people come in the morning, all from one address.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_ADAPTER = "qorgan.hub.portal.adapters.FactorAdapter"
# A passkey is bound to a host name: with an address of numbers there can be none.
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", *([] if is_number(_ADDRESS.hostname) else ["webauthn"])]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Qorgan"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "add_webauthn": "qorgan.hub.portal.factors.AddPasskeyForm",
    "edit_webauthn": "qorgan.hub.portal.factors.RenamePasskeyForm",
    "authenticate": "qorgan.hub.portal.factors.CodeForm",
    "reauthenticate": "qorgan.hub.portal.factors.RepeatedCodeForm",
    "authenticate_webauthn": "qorgan.hub.portal.factors.PasskeyForm",
    "login_webauthn": "qorgan.hub.portal.factors.PasskeyAloneForm",
    "reauthenticate_webauthn": "qorgan.hub.portal.factors.RepeatedPasskeyForm",
}
USERSESSIONS_TRACK_ACTIVITY = True

LOCALE_PATHS = [_HERE / "portal" / "locale", _HERE.parent / "kit" / "locale", _HERE.parent / "cards" / "locale"]
FORMAT_MODULE_PATH = ["qorgan.hub.portal.formats"]

# A card may list a thousand indicators, each of several fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

STATIC_FOLDER = _HERE / "portal" / "static"
