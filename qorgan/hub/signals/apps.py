"""Makes the room known to Django."""

from __future__ import annotations

from django.apps import AppConfig


class SignalsConfig(AppConfig):
    """The tables of `qorgan.hub.signals`."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "qorgan.hub.signals"
