"""Somebody whose fields are sealed."""

from __future__ import annotations

from tests.gate.fixtures_people import new_client

__all__ = ["new_client"]
