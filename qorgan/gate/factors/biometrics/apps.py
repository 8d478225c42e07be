"""Tells Django of this factor's tables."""

from __future__ import annotations

from django.apps import AppConfig


class BiometricsConfig(AppConfig):
    """The factor's application."""

    name = "qorgan.gate.factors.biometrics"
    label = "factor_biometrics"
