"""What the free text inside a structured record adds, where the record's own fields do not say what it is about."""

from __future__ import annotations

import re
from typing import Any, Final

from msgspec.structs import replace

from qorgan.module.event import Activity, Event
from qorgan.module.formats.address import address
from qorgan.module.formats.text.around import fields_in
from qorgan.module.formats.text.general import own_general
from qorgan.module.formats.text.meaning import MEANINGS
from qorgan.module.formats.tidy import joined

_OPEN: Final = frozenset((Activity.OTHER, Activity.REQUEST))
_SIGN_INS: Final = frozenset(
    ("account locked", "too many failures", "unknown user", "sign-in failure", "sign-in success")
)
_LONGEST: Final = 2_048
_SAYS_NOTHING: Final = re.compile(r"\b[\w.-]{1,40}+=\"?(?:-|0|none|n/a|null)?\"?(?=[\s,;|\]]|$)", re.IGNORECASE)
"""A pair without a value, whose name is no word of what happened: `virus=- result=refused`."""
_SHORTEST: Final = 8


def with_words(event: Event, beside: str = "") -> Event:
    """The event, with what its message and the words beside it say. The same event where that is nothing new."""
    if event.activity not in _OPEN or event.outcome:
        return event
    message = f"{event.message[:_LONGEST]} {_SAYS_NOTHING.sub('', beside[:_LONGEST])}"
    if len(message) < _SHORTEST:
        return event
    means = own_general().meaning(message)
    if not means or (event.activity is Activity.REQUEST and means not in _SIGN_INS):
        return event
    said, words = MEANINGS[means], fields_in(message)
    changed: dict[str, Any] = {name: said[name] for name in ("activity", "outcome")}
    changed["category"] = joined((event.category, str(said["category"])))
    changed["action"] = event.action if event.action != "unknown" else said["action"]
    for name in ("source_address", "destination_address"):
        if not getattr(event, name) and words.get(name):
            changed[name] = address(words[name])
    if not event.user and words.get("user"):
        changed["user"] = words["user"]
    return replace(event, **changed, more=event.more | {"understood": "by common words"})
