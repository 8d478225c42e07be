"""Tells Django of this room."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The pages of ceremonies, and the templates that consoles stand on."""

    name = "qorgan.gate.pages"
    label = "pages"
