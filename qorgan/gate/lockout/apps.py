"""Tells Django of the counters' table."""

from __future__ import annotations

from django.apps import AppConfig


class LockoutConfig(AppConfig):
    """Its table is written by one atomic statement alone."""

    name = "qorgan.gate.lockout"
    label = "lockout"
