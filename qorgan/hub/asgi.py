"""The portal as an ASGI application: `uvicorn qorgan.hub.asgi:application`."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from qorgan.hub.portal.staticfiles import StaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qorgan.hub.settings")

application = StaticFiles(get_asgi_application())
