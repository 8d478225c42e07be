"""Tells Django of this room."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The gate without pages."""

    name = "qorgan.gate.api"
    label = "api"
