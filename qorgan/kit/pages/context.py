"""What every page leans on: the languages, the theme that its reader chose, and sentences for scripts."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

THEMES: Final = frozenset({"light", "dark"})
THEME_COOKIE: Final = "qorgan_theme"
"""Set by `web/src/parts/theme.js`."""


def page(request: HttpRequest) -> dict[str, Any]:
    """Names for templates."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "languages": settings.LANGUAGES,
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
