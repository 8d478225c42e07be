"""What a key says of its value: `password=…`, `"suser":"…"`, `dvchost=…`; one pass over all pairs of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final

from msgspec import Struct

from qorgan.module.redact.credentials import is_secret
from qorgan.module.redact.hosts import Inside
from qorgan.module.redact.names import canonical_name, is_name
from qorgan.module.redact.people import canonical, is_email, is_person
from qorgan.wire.signal import RedactionClass


class Holds(Enum):
    """What a value under a key is."""

    CREDENTIAL = auto()
    USER = auto()
    MACHINE = auto()
    """A machine of the institution, always."""
    HOST = auto()
    """A machine of the institution or of somebody else."""
    NAME = auto()
    """A person's name."""


class Pair(Struct, frozen=True, gc=False):
    """A value at `start:end` that stands under a key that matters."""

    holds: Holds
    start: int
    end: int
    value: str


# A key that ends in one of these names a secret, whatever stands before: db_password, X-Csrf-Token.
_credential: Final = re.compile(
    r".*(?:passw(?:or)?d|passphrase|pwd|secret|secret[_-]?key|token|otp|pin[_-]?code|cvv2?|cvc2?|api[_-]?key|"
    r"access[_-]?key|private[_-]?key|auth[_-]?key|sess(?:ion)?[_-]?(?:id|key)|jwt|credentials?|authorization|csrf|"
    r"xsrf|sms[_-]?code|verification[_-]?code|парол[ьяюе]м?|пин-?код|құпия ?сөз(?:і|ді)?)"
    r"|(?:pass|sid|pin|auth|session|sess|cookies?|set-cookie2?|sso|saml(?:response|request)|code_verifier)"
)
_user: Final = re.compile(
    r"(?:s|d|src|dst|source|target|subject|remote|local|effective|email|xauth|ad|os|db|client)?[_-]?"
    r"(?:user(?:[_-]?name)?|usr(?:[_-]?name)?|login(?:[_-]?name)?|logon(?:[_-]?name)?|account[_-]?name|"
    r"sam[_-]?account[_-]?name|uid|upn|user[_-]?principal[_-]?name|логин|пользовател[ья]|пайдаланушы)"
)
_machine: Final = re.compile(
    r"dvc[_-]?host|ahost|device[_-]?name|devname|agent[_-]?(?:host)?name|computer(?:[_-]?name)?|"
    r"(?:source)?work[_-]?station(?:[_-]?name)?|machine[_-]?name|sensor[_-]?name|[sd]ntdom|endpoint[_-]?name"
)
_host: Final = re.compile(
    r"[sd]host|(?:src|dst|source|destination|dest|client|target|remote|local)[_-]?host[_-]?(?:name)?|hostname|host"
)
_name: Final = re.compile(
    r"(?:customer|client|cust|card[_-]?holder|account[_-]?holder|holder|owner|payer|payee|beneficiary|recipient|"
    r"borrower|person|contact|employee|applicant|user)[_-]?(?:full|first|last|sur|given|family|middle)[_-]?name|"
    r"(?:customer|client|cust|card[_-]?holder|account[_-]?holder|payer|payee|beneficiary|borrower|contact|employee|"
    r"applicant)[_-]?name|(?:full|first|last|sur|given|family|middle|maiden)[_-]?name|card[_-]?holder|account[_-]?holder|"
    r"patronymic|user[_-]?display[_-]?name|fio|fullname[_-]?(?:kk|ru|en)|фио|ф_и_о|фамилия|отчество|имя[_-]клиента|"
    r"клиент|заемщик|заёмщик|тегі|есімі|әкесінің[_ -]аты|аты-жөні|аты_жөні|толық[_ -]аты|тұтынушы"
)
_only_assigned: Final = frozenset(("auth", "pass", "pin", "sess", "session", "sid", "uid", "host"))
"""Words too common in sentences and rules to be a key before a colon."""

_members = re.compile(
    r"\"(?P<key>[^\"\\]{2,64})\"\s{0,4}:\s{0,4}(?:\"(?P<text>[^\"\\]*+(?:\\.[^\"\\]*+)*+)|(?P<number>[0-9]+))",
    re.DOTALL,
)
# The pairs in which some products write headers, fields and commands.
_NAME_OF_PAIR: Final = r"\"(?:name|label|field|title|key|id)\"\s?:\s?\"(?P<key>[^\"\\]{2,64})"
_VALUE_OF_PAIR: Final = r"\"value\"\s?:\s?\"(?P<value>(?:[^\"\\]|\\.)*+)"
_NEXT: Final = r"\"\s?,\s?"
_written_apart = (
    ('"value"', re.compile(_NAME_OF_PAIR + _NEXT + _VALUE_OF_PAIR, re.DOTALL | re.IGNORECASE)),
    ('"value"', re.compile(_VALUE_OF_PAIR + _NEXT + _NAME_OF_PAIR, re.DOTALL | re.IGNORECASE)),
    (
        '"command_data"',
        re.compile(
            r"\"command\"\s?:\s?\"(?P<key>PASS)\"\s?,\s?\"command_data\"\s?:\s?\"(?P<value>(?:[^\"\\]|\\.)*+)",
            re.IGNORECASE,
        ),
    ),
)
# The sign and the value; which word stands before the sign is told afterwards, as there are fewer signs than words.
_assigned = re.compile(
    r"(?P<sign>[=:])(?:(?<=[\w.-].)|(?<=[\w.-]\s.))\s{0,2}"
    r"(?:\"(?P<double>[^\"\r\n]*)|'(?P<single>[^'\r\n]*)|(?P<bare>[^\s&;,\"'<>(){}\[\]|‹›]+))"
)
_no_digit = re.compile(r"[^\W\d]")
_LONGEST_KEY: Final = 64

_MOST_REMEMBERED: Final = 5_000
_remembered: dict[str, Holds | None] = {}


def meaning(key: str) -> Holds | None:
    """What a value under this key is; None when the key says nothing that matters."""
    if key in _remembered:
        return _remembered[key]
    lowered = key.lower()
    last = lowered.rpartition(".")[2]
    found = None
    for holds, pattern in (
        (Holds.CREDENTIAL, _credential),
        (Holds.USER, _user),
        (Holds.MACHINE, _machine),
        (Holds.HOST, _host),
        (Holds.NAME, _name),
    ):
        if pattern.fullmatch(last):
            found = holds
            break
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[key] = found
    return found


def secret_under(holds: Holds, value: str, inside: Inside) -> tuple[RedactionClass, str] | None:
    """The class and canonical spelling of a value that must not leave; None for one that may."""
    if holds is Holds.CREDENTIAL:
        return (RedactionClass.CREDENTIAL, value) if is_secret(value) else None
    if holds is Holds.USER:
        # Of an address only the local part goes; `people.emails` sees to it.
        return None if is_email(value) else (RedactionClass.USER, canonical(value)) if is_person(value) else None
    if holds is Holds.NAME:
        return (RedactionClass.NAME, canonical_name(value)) if is_name(value) else None
    if inside.is_machine(value) and (holds is Holds.MACHINE or inside.holds_name(value)):
        return RedactionClass.HOST, value.lower()
    return None


def pairs(text: str, *, is_escaped: bool) -> Iterator[Pair]:
    """The pairs of key and value that matter. In an escaped text only the members of JSON can be told."""
    if '"' in text:
        yield from _member_pairs(text)
    if not is_escaped:
        yield from _assigned_pairs(text)


def _member_pairs(text: str) -> Iterator[Pair]:
    for match in _members.finditer(text):
        holds = meaning(match["key"])
        if holds:
            group = "text" if match["number"] is None else "number"
            yield Pair(holds, *match.span(group), match[group])
    lowered = text.lower()
    for mark, pattern in _written_apart:
        for match in pattern.finditer(text) if mark in lowered else ():
            holds = meaning(match["key"])
            if holds:
                yield Pair(holds, *match.span("value"), match["value"])


def _assigned_pairs(text: str) -> Iterator[Pair]:
    at = 0
    while found := _assigned.search(text, at):
        word_end = found.start() - text[found.start() - 1].isspace()
        key = _key(text, at, word_end)
        # The value may hold a pair of its own: `next=/login?token=…`.
        at = found.start() + 1
        holds = meaning(key) if len(key) > 1 else None
        if not holds or (found["sign"] == ":" and key.lower() in _only_assigned):
            continue
        group = str(found.lastgroup)
        if group != "double" or not _closes(text, found.start(group)):
            yield Pair(holds, *found.span(group), found[group])
            at = found.end()


def _key(text: str, begin: int, end: int) -> str:
    """The key that ends at a place: of the word there as much as a key may have, from its first letter on.

    Nothing when the word does not begin behind `begin`, where a value has ended.
    """
    start = end
    while start > begin and end - start < _LONGEST_KEY and (text[start - 1].isalnum() or text[start - 1] in "_.-"):
        start -= 1
    first = _no_digit.search(text, start, end)
    return text[first.start() : end] if first else ""


def _closes(text: str, after_quote: int) -> bool:
    """Whether the quote before this place ends a text, as in `content:"password="; sid:1`, and opens none."""
    return text[after_quote : after_quote + 1] in set("; ,)") and text.count('"', 0, after_quote) % 2 == 0
