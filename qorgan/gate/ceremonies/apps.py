"""Tells Django of this room."""

from __future__ import annotations

from django.apps import AppConfig


class CeremoniesConfig(AppConfig):
    """Ceremonies and the sessions that come of them."""

    name = "qorgan.gate.ceremonies"
    label = "ceremonies"
