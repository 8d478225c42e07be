"""What a process imports before others are forked from it: libraries, and rooms that know no Django.

Nothing here may read Django's settings: they are those of the hub that the forked process is told of.
"""

from __future__ import annotations

import importlib
import os
from typing import Final

LIBRARIES: Final = (
    "argon2",
    "cryptography.hazmat.primitives.serialization",
    "cryptography.x509",
    "cvss",
    "django.contrib.auth.hashers",
    "django.contrib.messages.constants",
    "django.contrib.postgres.fields",
    "django.contrib.postgres.search",
    "django.contrib.sessions.backends.base",
    "django.core.asgi",
    "django.core.mail",
    "django.db.backends.postgresql.base",
    "django.db.migrations.utils",
    "django.forms",
    "django.middleware.csrf",
    "django.template.defaulttags",
    "django.templatetags.i18n",
    "django.views.debug",
    "django.views.generic",
    "fido2.server",
    "fpdf",
    "http_message_signatures",
    "httpx",
    "lxml.etree",
    "openpyxl",
    "packageurl.contrib.purl2url",
    "psycopg_pool",
    "puremagic",
    "qorgan.cards.prefill",
    "qorgan.gate.run.serve",
    "qorgan.hub.run.serve",
    "qorgan.law.register",
    "qorgan.wire.record",
    "sqlparse",
    "univers.version_range",
    "uvicorn.lifespan.on",
    "uvicorn.main",
    "uvicorn.protocols.http.httptools_impl",
    "uvloop",
    "zxcvbn",
)

for name in ("DJANGO_SETTINGS_MODULE", "QORGAN_HUB_STATE", "QORGAN_HUB_CONFIG", "QORGAN_GATE_CONFIG"):
    os.environ.pop(name, None)
for name in LIBRARIES:
    importlib.import_module(name)
