"""Somebody to prove themselves."""

from __future__ import annotations

from tests.gate.fixtures_people import ceremony, client_id, new_client, new_report, now

__all__ = ["ceremony", "client_id", "new_client", "new_report", "now"]
