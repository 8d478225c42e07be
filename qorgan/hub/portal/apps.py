"""Makes the room known to Django."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The tables, templates and signals of `qorgan.hub.portal`."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "qorgan.hub.portal"

    def ready(self) -> None:
        """Listen to sign-ins."""
        from qorgan.hub.portal import receivers, sign_ins  # noqa: F401, PLC0415  # models are ready only now
