"""Tells Django of this room."""

from __future__ import annotations

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    """The inspector's page; it has no table."""

    name = "qorgan.gate.inspection"
    label = "inspection"
