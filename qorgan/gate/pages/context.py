"""What every template of the gate may lean on beside what every page has: whose gate it is, and who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from qorgan.gate.pages.asking import session_of
from qorgan.kit.pages.context import script_words


def gate(request: HttpRequest) -> dict[str, Any]:
    """Names for templates. The database is asked only by a page that shows `session`."""
    return {
        "script_words": {**script_words(), **_script_words()},
        "institution": settings.CONFIG.pages.institution,
        "session": SimpleLazyObject(lambda: session_of(request)),
    }


def _script_words() -> dict[str, str]:
    """The sentences of the gate's own scripts, in the page's language."""
    return {
        "gate_silent": _("The gate does not answer. Try again in a moment."),
        "device_unbound": _("This browser is not bound to anybody. Choose another way."),
        "device_failed": _("The browser could not sign. Choose another way."),
    }
