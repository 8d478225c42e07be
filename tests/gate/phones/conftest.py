"""A registry of numbers, and somebody who has one."""

from __future__ import annotations

from tests.gate.fixtures_people import ceremony, client_id, new_client, now
from tests.gate.fixtures_registries import registries

__all__ = ["ceremony", "client_id", "new_client", "now", "registries"]
