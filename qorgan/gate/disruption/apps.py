"""Makes the room known to Django."""

from __future__ import annotations

from django.apps import AppConfig


class DisruptionConfig(AppConfig):
    """Its tables are the clerk's alone."""

    name = "qorgan.gate.disruption"
    label = "disruption"
