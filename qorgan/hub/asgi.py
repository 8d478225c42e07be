"""The portal as an ASGI application: `uvicorn qorgan.hub.asgi:application`."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from qorgan.kit.pages.staticfiles import StaticFiles

os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.hub.settings"

application = StaticFiles(get_asgi_application(), settings.STATIC_FOLDER)
