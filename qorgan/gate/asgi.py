"""The gate as an ASGI application: `uvicorn qorgan.gate.asgi:application`."""

from __future__ import annotations

import os

from django.conf import settings

from qorgan.kit.pages import one_thread
from qorgan.kit.pages.staticfiles import StaticFiles

os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.gate.settings"

application = StaticFiles(one_thread.application(), settings.STATIC_FOLDER)
