"""The words that the live page's script needs for the codes it is sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from qorgan.hub.members.health import Health
from qorgan.hub.signals.words import ACTIONS, DESTINATIONS
from qorgan.kit.clock import now
from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity


def live_words(language: str, *, many: bool) -> dict[str, Any]:
    """Names of codes, sentences and addresses in the language; `many` is whether rows name their institution."""
    offset = timezone.localtime(now()).utcoffset()
    return {
        "language": language,
        "many": many,
        "offset": int(offset.total_seconds()) if offset else 0,
        "search": reverse("signals:search"),
        "members": reverse("members:list"),
        "severities": {grade.value: grade.label(language) for grade in Severity},
        "types": {kind.value: [kind.short(language), kind.label(language)] for kind in SignalType},
        "actions": {code: str(words) for code, words in ACTIONS.items()},
        "roles": {code: str(words) for code, words in DESTINATIONS.items()},
        "health": {state.value: str(state.words) for state in Health},
        "say": {
            "connecting": gettext("Connecting"),
            "live": gettext("Receiving"),
            "held": gettext("Held while you read"),
            "paused": gettext("Paused"),
            "lost": gettext("Connection lost, trying again"),
            "counting": gettext("counting…"),
            "rate": gettext("%(count)s signals a minute"),
            "pause": gettext("Pause"),
            "resume": gettext("Resume"),
            "fresh": gettext("%(count)s new: show"),
            "more": gettext("%(count)s more came faster than this page shows. Search has them all."),
            "minute": gettext("%(time)s: %(count)s signals, %(grave)s of them high or critical"),
            "seen": gettext("last word %(ago)s"),
            "never": gettext("no word yet"),
            "waiting": gettext("%(count)s waiting"),
        },
    }
