"""Addresses, ports and user names in text of any kind, by the words that stand before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from qorgan.module.formats.address import address
from qorgan.module.formats.vocabulary import places_of

_FOUR: Final = r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)"
_SIX: Final = r"(?<![\w:.])[0-9A-Fa-f]{0,4}+(?::[0-9A-Fa-f]{0,4}+){2,8}+(?![\w:]|\.\d)"
_ADDRESS: Final = re.compile(rf"(?:{_FOUR})|{_SIX}")
_PORT: Final = re.compile(r"(?:\s?[:/(#]\s?|[\s,]{1,2}(?:port|порт)[\s:=]{1,2})(\d{1,5})\b(?!\.\d)", re.IGNORECASE)
_MOST_ADDRESSES: Final = 16
_BEFORE: Final = 40

_OPENING: Final = r"[\s:=\"'(\[<]{1,4}(?:[\w-]{1,24}[/:@])?$"
_FROM: Final = re.compile(
    r"(?:from|source|src|client|remote|rhost|peer|by|attacker|caller|origin|visitor|sender"
    r"|с адреса|адреса|источник\w*|от|с|из)"
    r"(?:[\s_-]?(?:host|ip|addr|address|ip[ -]address|адрес\w*|хоста|компьютера))?" + _OPENING,
    re.IGNORECASE,
)
_TO: Final = re.compile(
    r"(?:\bto|destination|dest|dst|server|target|victim|toward\w*|->|→|=>|на адрес|получател\w*|назначени\w*|на)"
    r"(?:[\s_-]?(?:host|ip|addr|address|адрес\w*))?" + _OPENING + r"|(?:->|→|=>)\s?$",
    re.IGNORECASE,
)
_PAIR: Final = re.compile(
    r"(?<![\w.])([A-Za-z][\w.-]{0,47}+)\s?[=:]\s?"
    r"(?:\"([^\"\n]{0,256}+)\"|'([^'\n]{0,256}+)'|([^\s,;|\"']{1,256}+))"
)
_MOST_PAIRS: Final = 64
_PAIRED: Final = frozenset(
    ("source_address", "destination_address", "source_port", "destination_port", "user", "protocol")
)
_ACCOUNT: Final = (
    r"user(?:[ _-]?name)?|account(?: name)?|login(?: name)?|logon|principal|пользовател\w{1,3}"
    r"|уч[её]тн\w{2,3} запис\w{1,2}|логин\w{0,2}"
)
_QUOTED_USER: Final = re.compile(
    rf"(?:{_ACCOUNT})\s{{0,2}}[:=]?\s{{0,2}}"
    r"(?:\"([^\"\n]{1,128})\"|'([^'\n]{1,128})'|«([^»\n]{1,128})»|<([^>\n]{1,128})>|\[([^\]\n]{1,128})\]|\(([^)\n]{1,128})\))",
    re.IGNORECASE,
)
_PLAIN_USER: Final = re.compile(
    rf"(?:\b(?:{_ACCOUNT})\b|\b(?:for|of|by|для)\b)(?:\s{{0,2}}[:=]\s{{0,2}}|\s{{1,2}})([\w\\][\w.@\\$+/-]{{0,127}})",
    re.IGNORECASE,
)
_no_user = """
    the a an is was has have not no failed failure fail success successful successfully from for to in on at by of
    with and or authentication login logon logins password passwords user users username name account accounts
    invalid unknown unable access denied attempt attempts error via using service session id ip ssh ftp smtp imap
    http https database port client host server this that be been cannot could does did due because after before
    exist exists found wrong incorrect bad rejected refused blocked disabled logged request reason mode agent
    не на из с для в во и по вход входа имя пароль неверный неверные заблокирован заблокирована
"""
_NO_USER: Final = frozenset(_no_user.split())
"""Words behind `user` or `for` that are nobody's name."""


def fields_in(text: str, *, surely: bool = False) -> dict[str, str]:
    """Fields of an Event that the text names, under their names, as written.

    An address with no word before it that tells which end it is goes to the first end that has none; where only what
    is sure is asked for, only when it stands alone.
    """
    found = _pairs(text)
    ends = _ends(text, found, surely=surely)
    if "user" not in found and (user := _user(text)):
        found["user"] = user
    return ends | found


def _pairs(text: str) -> dict[str, str]:
    found: dict[str, tuple[int, str]] = {}
    for pair in islice(_PAIR.finditer(text), _MOST_PAIRS):
        value = next((group for group in pair.groups()[1:] if group), "")
        for place, rank in places_of(pair[1]) if value else ():
            if place in _PAIRED and _is_one(place, value) and (place not in found or rank < found[place][0]):
                found[place] = (rank, value)
    return {place: value for place, (_, value) in found.items()}


def _is_one(place: str, value: str) -> bool:
    """Whether a value can be what its name says."""
    if place.endswith("address"):
        return bool(address(value))
    if place.endswith("port"):
        return value.isascii() and value.isdigit()
    return place != "user" or not (value.lower() in _NO_USER or address(value))


def _ends(text: str, paired: dict[str, str], *, surely: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    left: list[tuple[str, str]] = []
    for each in _addresses(text):
        ip = address(each[0])
        if not ip or ip in {address(paired.get(f"{side}_address", "")) for side in ("source", "destination")}:
            continue
        before, after = text[max(0, each.start() - _BEFORE) : each.start()], _PORT.match(text, each.end())
        at_port = after[1] if after else ""
        if "source" not in found and "source_address" not in paired and _FROM.search(before):
            _note(found, "source", ip, at_port)
        elif "destination" not in found and "destination_address" not in paired and _TO.search(before):
            _note(found, "destination", ip, at_port)
        else:
            left.append((ip, at_port))
    if surely and (found or "source_address" in paired or len({ip for ip, _ in left}) > 1):
        # Of two that no word tells apart neither is sure.
        return found
    if surely:
        left = left[:1]
    for side in ("source", "destination"):
        if left and f"{side}_address" not in found and f"{side}_address" not in paired:
            _note(found, side, *left.pop(0))
    return found


def _note(found: dict[str, str], side: str, ip: str, at_port: str) -> None:
    found[f"{side}_address"] = ip
    if at_port:
        found[f"{side}_port"] = at_port


def _addresses(text: str) -> Iterator[re.Match[str]]:
    return islice(_ADDRESS.finditer(text), _MOST_ADDRESSES)


def _user(text: str) -> str:
    if quoted := _QUOTED_USER.search(text):
        name = next(group for group in quoted.groups() if group)
        if not address(name):
            return name
    for plain in islice(_PLAIN_USER.finditer(text), _MOST_ADDRESSES):
        name = plain[1].rstrip(".,:;-/")
        if name and name.lower() not in _NO_USER and not address(name) and not name.isdigit():
            return name
    return ""
