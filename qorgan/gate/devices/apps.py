"""Tells Django of the room's tables."""

from __future__ import annotations

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """The room's application."""

    name = "qorgan.gate.devices"
    default_auto_field = "django.db.models.BigAutoField"
