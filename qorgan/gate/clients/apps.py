"""Tells Django of this room."""

from __future__ import annotations

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """Whose identity the gate guards."""

    name = "qorgan.gate.clients"
    label = "clients"
