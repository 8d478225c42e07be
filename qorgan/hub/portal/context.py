"""What every template may lean on: the menu, the theme, the languages, and sentences for scripts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from qorgan.hub.portal.identity import identity_of
from qorgan.hub.portal.menu import places

THEMES = frozenset({"light", "dark"})


def portal(request: HttpRequest) -> dict[str, Any]:
    """Names for templates. The database is asked only by a page that shows `identity`."""
    theme = request.COOKIES.get("qorgan_theme", "")
    return {
        "identity": SimpleLazyObject(lambda: identity_of(request)),
        "languages": settings.LANGUAGES,
        "places": places(request),
        "scope": getattr(request, "hub_scope", None),
        "script_words": script_words(),
        "theme": theme if theme in THEMES else "",
    }


def script_words() -> dict[str, str]:
    """The sentences that scripts say, in the page's language."""
    return {
        "copied": gettext("Copied"),
        "ago_now": gettext("just now"),
        "ago_seconds": gettext("%(count)s s ago"),
        "ago_minutes": gettext("%(count)s min ago"),
        "ago_hours": gettext("%(count)s h ago"),
        "ago_days": gettext("%(count)s d ago"),
        "moment_form": gettext("YYYY-MM-DD hh:mm"),
        "moment_hint": gettext("Year, month, day and time, like 2026-11-22 14:00; Almaty time (UTC+05:00)"),
        "moment_wrong": gettext("This is not understood. Write it in the form that the field shows."),
        "moment_open": gettext("Choose from a calendar"),
        "date_form": gettext("YYYY-MM-DD"),
        "date_hint": gettext("Year, month and day, like 2026-11-22"),
        "file_choose": gettext("Choose a file"),
        "files_choose": gettext("Choose files"),
        "file_none": gettext("No file chosen"),
        "passkey_cancelled": gettext("The passkey was not used. Try again, or choose another way."),
        "passkey_unsupported": gettext("This browser cannot use passkeys. Choose another way."),
    }
