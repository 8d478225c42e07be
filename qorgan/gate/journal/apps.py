"""Tells Django of the journal's tables."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Its tables are made by migrations alone: rows are written and read by SQL."""

    name = "qorgan.gate.journal"
    label = "journal"
