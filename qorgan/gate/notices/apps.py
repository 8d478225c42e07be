"""Tells Django of this room."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """What clients are told."""

    name = "qorgan.gate.notices"
    label = "notices"
