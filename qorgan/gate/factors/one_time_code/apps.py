"""Tells Django of this factor's table."""

from __future__ import annotations

from django.apps import AppConfig


class OneTimeCodeConfig(AppConfig):
    """The factor's application."""

    name = "qorgan.gate.factors.one_time_code"
    label = "factor_one_time_code"
