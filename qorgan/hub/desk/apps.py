"""Makes the room known to Django."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Pages where documents are written, agreed, sent and received."""

    name = "qorgan.hub.desk"
    label = "desk"
