"""What a record tells in its own words: its message, without what whoever attacks may have chosen.

A rule that takes a record for no attack by the words of its message would else be told so by the attacker: in the name
of an account, in a request, in a file's name.
"""

from __future__ import annotations

import re
from typing import Final

from qorgan.module.event import Event

LONGEST: Final = 2_048
"""Characters of a message that are asked."""
_SHORTEST_NAME: Final = 4
_ASKED_FOR: Final = re.compile(
    r"[^\s?]{0,200}\?[\w.\[\]%-]{1,60}=[\s\S]*|\S{0,200}(?:/|%[\da-f]{2}|:\\|\\\\)\S{0,400}", re.IGNORECASE
)
"""A request with all that is behind its question mark, and the path of a file."""


def told_by(event: Event) -> str:
    """The message, where names of accounts, requests, files, subjects and hosts are `…`."""
    message = event.message[:LONGEST]
    for theirs in (event.user, event.path, event.file_name, event.mail_subject, event.host, event.domain):
        if len(theirs) >= _SHORTEST_NAME and theirs in message:
            message = message.replace(theirs, "…")
    return _ASKED_FOR.sub("…", message)
