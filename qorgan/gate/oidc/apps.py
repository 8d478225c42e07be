"""Tells Django of this room."""

from __future__ import annotations

from django.apps import AppConfig


class OidcConfig(AppConfig):
    """The provider's tables."""

    name = "qorgan.gate.oidc"
    label = "oidc"
