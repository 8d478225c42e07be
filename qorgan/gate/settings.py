"""Django's settings, derived from the gate's Config and secrets; nothing is decided here twice.

The web process connects as the role `gate_web`, which owns nothing. People are not Django's users: who somebody is and
how long that lasts is the business of `ceremonies`, so neither Django's accounts nor its sessions are installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from qorgan.gate.config import load
from qorgan.gate.database.connection import Role, access
from qorgan.kit.address import Address
from qorgan.kit.pages import PAGE_PARTS
from qorgan.kit.pages.alike import *  # noqa: F403 (settings are names of a module)
from qorgan.kit.pages.alike import YEAR
from qorgan.kit.secret_files import signing_secret

CONFIG: Final = load()
_HERE: Final = Path(__file__).parent
_ADDRESS: Final = Address(CONFIG.portal.address)
HTTPS: Final = _ADDRESS.https
SECRET_KEY = signing_secret(CONFIG.state)
ALLOWED_HOSTS = _ADDRESS.allowed_hosts
CSRF_TRUSTED_ORIGINS = [_ADDRESS.origin]
ROOT_URLCONF = "qorgan.gate.urls"
ASGI_APPLICATION = "qorgan.gate.asgi.application"

INSTALLED_APPS: list[str] = [
    "qorgan.gate.journal",
    "qorgan.gate.disruption",
    "qorgan.gate.lockout",
    "qorgan.gate.outages",
    "qorgan.gate.clients",
    "qorgan.gate.notices",
    "qorgan.gate.devices",
    "qorgan.gate.factors.password",
    "qorgan.gate.factors.one_time_code",
    "qorgan.gate.factors.passkey",
    "qorgan.gate.factors.signature",
    "qorgan.gate.factors.biometrics",
    "qorgan.gate.phones",
    "qorgan.gate.ceremonies",
    "qorgan.gate.api",
    "qorgan.gate.oidc",
    "qorgan.gate.pages",
    "qorgan.gate.console",
]
"""A line for each room that has tables or templates, in the order of the floors, the lowest first."""

MIDDLEWARE = [
    "qorgan.gate.disruption.steps.StepsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "qorgan.kit.pages.headers.HeadersMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "qorgan.kit.pages.language.LanguageMiddleware",
    "qorgan.kit.problem_middleware.ProblemMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "pages" / "templates", PAGE_PARTS],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["qorgan.kit.pages.tags", "qorgan.kit.pages.components", "qorgan.gate.pages.happened"],
            "context_processors": [
                "django.template.context_processors.request",
                "qorgan.kit.pages.context.page",
                "qorgan.gate.pages.context.gate",
            ],
        },
    }
]

DATABASES = {"default": access(CONFIG).pooled(Role.WEB, prepared=True)}

SESSION_COOKIE_SECURE = HTTPS
"""Of `ceremonies`, whose cookies are all alike: Django's own sessions are not installed."""
CSRF_COOKIE_NAME = "__Host-qorgan-gate-csrf" if HTTPS else "qorgan-gate-csrf"
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_NAME = "qorgan-gate-language"
LANGUAGE_COOKIE_SECURE = HTTPS

SECURE_HSTS_SECONDS = YEAR if HTTPS else 0

LOCALE_PATHS = [_HERE / "locale", _HERE.parent / "kit" / "locale"]

STATIC_FOLDER = _HERE / "pages" / "static"
