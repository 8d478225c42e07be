"""Tells Django of this factor's table."""

from __future__ import annotations

from django.apps import AppConfig


class PasswordConfig(AppConfig):
    """The factor's application."""

    name = "qorgan.gate.factors.password"
    label = "factor_password"
