"""Tells Django of the table of outages."""

from __future__ import annotations

from django.apps import AppConfig


class OutagesConfig(AppConfig):
    """One row for each service that does not answer."""

    name = "qorgan.gate.outages"
    label = "outages"
