"""Tells Django of this factor's tables."""

from __future__ import annotations

from django.apps import AppConfig


class SignatureConfig(AppConfig):
    """The factor's application."""

    name = "qorgan.gate.factors.signature"
    label = "factor_signature"
