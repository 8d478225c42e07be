"""What every template of the gate may lean on beside what every page has: whose gate it is, and who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from qorgan.gate.pages.asking import session_of


def gate(request: HttpRequest) -> dict[str, Any]:
    """Names for templates. The database is asked only by a page that shows `session`."""
    return {
        "institution": settings.CONFIG.pages.institution,
        "session": SimpleLazyObject(lambda: session_of(request)),
    }
