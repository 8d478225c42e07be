"""Tells Django of this room."""

from __future__ import annotations

from django.apps import AppConfig


class PhonesConfig(AppConfig):
    """Whose phone numbers are."""

    name = "qorgan.gate.phones"
    label = "phones"
