"""Tells Django of this room."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Duties of employees, and the console's pages."""

    name = "qorgan.gate.console"
    label = "console"
