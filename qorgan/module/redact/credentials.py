"""Finds what opens doors by its header or by its shape; what a key announces is found in `keys`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qorgan.module.redact.folding import has_any
from qorgan.personal.found import Found
from qorgan.wire.signal import RedactionClass

# To the end of the line, real or escaped, or of the string it stands in; quotes inside a cookie do not end it.
_headers = re.compile(
    r"(?<![\w-])(?:(?:proxy-)?authorization[\"']?\s?[:=]|(?:set-)?cookie2?[\"']?\s?:|x-(?:api-key|auth-token)[\"']?\s?:)"
    r"\s{0,4}[\"']?(?P<value>[^\s\"'‹›](?:[^\r\n\"\\‹›]|\\(?![rn])[\s\S]|(?<==)\"|\"(?=;|,\s?\w+=))*)",
    re.IGNORECASE,
)
_OF_HEADERS: Final = ("cookie", "authorization", "api-key", "auth-token")
# Each with what stands in the text wherever it finds something: looking for that is a hundredth of the work.
_shapes = (
    # JSON Web Tokens, whole or cut.
    (("eyJ",), re.compile(r"(?<![\w-])(?P<value>eyJ[\w-]{8,}(?:\.[\w-]*){0,4})")),
    # https://user:password@host
    (("://",), re.compile(r"://(?P<value>[^\s/@:\"'<>‹›]{0,64}:[^\s/@\"'<>‹›]{1,256})@")),
    (
        ("earer ", "asic ", "BEARER ", "BASIC "),
        re.compile(r"(?<![\w-])(?:[Bb]earer|[Bb]asic|BEARER|BASIC) +(?P<value>[\w.~+/-]{12,}=*)"),
    ),
    (
        ("-----BEGIN ",),
        re.compile(r"(?P<value>-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))"),
    ),
)
_worthless = re.compile(
    r"(?:null|none|true|false|undefined|\*+|x+|-+|n/?a|\.+|(?:basic|bearer|digest|negotiate|ntlm)?\s?)", re.IGNORECASE
)
"""What stands where a secret was already taken out, or never was."""
_FEWEST = 3


def credentials(text: str, lowered: str) -> Iterator[Found]:
    """Values of credential headers, and what has a secret's shape. `lowered` is the text, folded."""
    if has_any(_OF_HEADERS, lowered):
        yield from _found_by(_headers, text)
    for marks, pattern in _shapes:
        if has_any(marks, text):
            yield from _found_by(pattern, text)


def _found_by(pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    for match in pattern.finditer(text):
        value = match["value"].rstrip()
        if is_secret(value):
            start = match.start("value")
            yield Found(start, start + len(value), RedactionClass.CREDENTIAL, value)


def is_secret(value: str) -> bool:
    """Whether a value under a secret's key may be one."""
    return len(value) >= _FEWEST and "‹" not in value and not _worthless.fullmatch(value)
