"""Finds people: local parts of e-mail addresses, and user names before which no key stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qorgan.personal.found import Found
from qorgan.wire.signal import RedactionClass

_email = re.compile(r"(?<![\w.%+'-])(?P<local>[\w.%+'-]{1,64})@(?P<domain>[\w-]{1,63}(?:\.[\w-]{1,63})+)")
_with_domain = re.compile(
    r"(?P<domain>[A-Z](?<![\w\\/:.%].)[A-Z0-9-]{1,14})\\{1,2}(?P<user>[A-Za-z\u0400-\u04ff][\w.$-]{1,63})(?![\w\\])"
)
# /home/… is as often a page of a web site; a folder that only a person's home has tells them apart.
_home = re.compile(
    r"(?:\\{1,2}Users\\{1,2}|/Users/|/home/(?=[^/\s\"']+/(?:\.|Desktop|Documents|Downloads)))"
    r"(?P<user>[^\\/\s\"'‹›:*?<>|]{2,64})",
    re.IGNORECASE,
)
_not_domains = frozenset(("HKLM", "HKCU", "HKCR", "HKU", "REGISTRY", "SOFTWARE", "SYSTEM", "DEVICE", "BUILTIN"))

_nobody_words = (
    "- n/a na none null unknown root admin administrator administrators system guest nobody anonymous user users test "
    "daemon www-data apache nginx public default all everyone mysql postgres oracle ftp mail operator local service "
    "localservice networkservice администратор гость система true false"
)
NOBODY = frozenset(_nobody_words.split())
"""Names that belong to no person; attackers try them first, and analysts need to see them tried."""


def emails(text: str) -> Iterator[Found]:
    """Local parts of e-mail addresses. The domain stays: it is what an analyst looks for."""
    if "@" not in text:
        return
    for match in _email.finditer(text):
        yield Found(*match.span("local"), RedactionClass.EMAIL, match.group().lower())


def users(text: str, lowered: str) -> Iterator[Found]:
    """User names after a Windows domain, and in the paths of home folders. `lowered` is the text, folded."""
    patterns = [_home] if "users" in lowered or "/home/" in lowered else []
    if "\\" in text:
        patterns.append(_with_domain)
    for pattern in patterns:
        for match in pattern.finditer(text):
            if match.groupdict().get("domain") not in _not_domains and is_person(match["user"]):
                yield Found(*match.span("user"), RedactionClass.USER, canonical(match["user"]))


def is_email(text: str) -> bool:
    """Whether the text is one e-mail address."""
    return _email.fullmatch(text) is not None


def is_person(name: str) -> bool:
    """Whether a user name may be a person's: no name that belongs to nobody, no bare number of an account."""
    spelled = canonical(name)
    return bool(spelled) and spelled not in NOBODY and not (spelled.isdigit() and len(spelled) < 6) and "‹" not in name  # noqa: PLR2004 (Unix user ids)


def canonical(name: str) -> str:
    """The one spelling of a user name: without its Windows domain, in lower case."""
    return name.rpartition("\\")[2].strip().lower()
