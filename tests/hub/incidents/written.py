"""Cards as a responsible employee writes them: nothing lacks in any of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.hub.casework.conftest import MONDAY

FOUND = MONDAY - timedelta(minutes=40)


def first_notice(**changes: Any) -> dict[str, Any]:
    """A first notice of a denial of service."""
    return {
        "stage": 1,
        "category": "denial-of-service",
        "found_at": FOUND.isoformat(),
        "started_at": (FOUND - timedelta(minutes=5)).isoformat(),
        "description": "Flood of requests against the internet bank\nThe provider filters.",
        "status": "ongoing",
        "outcome": "accomplished",
        "severity": "high",
        "tlp": "TLP:AMBER",
        "contacts": [{"name": "Duty officer", "phone": "+77270000000"}],
    } | changes


def update(**changes: Any) -> dict[str, Any]:
    """The update that follows it."""
    return (
        first_notice()
        | {
            "stage": 2,
            "vector": "external",
            "systems": [{"name": "Internet bank", "critical": True}],
            "clients_affected": 1200,
            "personal_data": False,
            "measures_taken": "Traffic goes through the provider's filter.",
        }
        | changes
    )


def final(**changes: Any) -> dict[str, Any]:
    """The final report."""
    return (
        update()
        | {
            "stage": 3,
            "status": "resolved",
            "root_cause": "The address of the origin was known.",
            "lessons": "Origins are hidden.",
            "remedies": [{"what": "Hide the origin", "owner": "Head of networks", "due": "2026-12-15"}],
        }
        | changes
    )
