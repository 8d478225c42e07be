"""Tells Django of this factor's table."""

from __future__ import annotations

from django.apps import AppConfig


class PasskeyConfig(AppConfig):
    """The factor's application."""

    name = "qorgan.gate.factors.passkey"
    label = "factor_passkey"
