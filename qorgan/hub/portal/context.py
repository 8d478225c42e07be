"""What every template of the portal may lean on beside what every page has: the menu, and who reads."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from qorgan.hub.portal.identity import identity_of
from qorgan.hub.portal.menu import places


def portal(request: HttpRequest) -> dict[str, Any]:
    """Names for templates. The database is asked only by a page that shows `identity`."""
    return {
        "identity": SimpleLazyObject(lambda: identity_of(request)),
        "places": places(request),
        "scope": getattr(request, "hub_scope", None),
    }
