"""The market of the engine's tests, for documents of this room."""

from __future__ import annotations

from tests.hub.casework.conftest import MONDAY, market, monday

__all__ = ["MONDAY", "market", "monday"]
