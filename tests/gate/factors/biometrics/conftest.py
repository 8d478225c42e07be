"""Registries to identify somebody."""

from __future__ import annotations

from tests.gate.fixtures_registries import registries

__all__ = ["registries"]
