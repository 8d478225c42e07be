"""Names and values in text: `key=value`, `key: value`, `key:"value"`, whatever parts and quotes them.

Every way of writing is read in one pass from left to right, so the time is proportional to the text's length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec import Struct

from qorgan.module.formats.snmp_text import is_trap, objects_in

MOST_PAIRS: Final = 512
LONGEST: Final = 65_536
"""Characters of a record that are looked at."""
_SNIFFED: Final = 2_048
_LONGEST_VALUE: Final = 8_192

_NAME: Final = r"[A-Za-z\u4e00-\u9fffА-яЁёӘ-ӯІіҢңҒғҮүҰұҚқӨөҺһ_@$][\w.@/\-]{0,63}+"
_WIDE_NAME: Final = r"[A-Za-z\u4e00-\u9fffА-яЁёӘ-ӯІіҢңҒғҮүҰұҚқӨөҺһ_@][\w.@/\-()]{0,31}+(?: [\w.@/\-()]{1,31}+){0,5}+"
_SPACED: Final = re.compile(rf"(?:^|(?<=[\s,;|\[({{\"'<>]))({_NAME})(?:=|(?<= message): )")
_PARTED: Final = re.compile(rf"(?:^|[,;|\t])[ \t]{{0,4}}+({_WIDE_NAME}) ?=")
_COLON: Final = re.compile(rf"(?:^|[,;|`\t\n]|(?<=\([ltD]\):))[ \t]{{0,4}}+({_WIDE_NAME})[:：] ?(?![\\/])")
_QUOTED_COLON: Final = re.compile(rf"(?:^|(?<=[\s,;|\[({{]))\"?({_NAME})\"? ?: ?(?=\")")
_TAGGED: Final = re.compile(r"(?<=[\w\]]): ([A-Za-z][\w.-]{1,63}+): ([^\s:][^\n:]{0,255}+)$")
_LONGEST_HEAD: Final = 512
_FEWEST: Final = 2
_SURELY: Final = 3
_MOSTLY: Final = 0.7

_NO_MORE: Final = r"(?=[\s,;|\])}<]|\w{1,64}+=|: [\w.-]{0,64}+[=\"]|\Z)"
_CLOSING: Final = {
    '"': re.compile(
        rf'(?:[^"\\]|\\(?!"[\s,;|\])}}]{{0,4}}+(?:[\w.@-]{{1,64}}+[=:]|\Z)).|\\|"(?!{_NO_MORE}))*+"', re.DOTALL
    ),
    "'": re.compile(rf"(?:[^'\\]|\\.|'(?!{_NO_MORE}))*+'", re.DOTALL),
    "«": re.compile("[^«»]*+»"),
    "\u201c": re.compile("[^\u201c\u201d]*+[\u201c\u201d]"),
    "\u201d": re.compile("[^\u201c\u201d]*+[\u201c\u201d]"),
}
"""What ends a value, by what opened it. A quote inside a value is one behind which no new pair can begin."""
_ESCAPE: Final = re.compile(r"\\([\"\\'=|,\] ])")
_PLACE: Final = re.compile(r"\(\d{1,3}\)$")
"""The number of a field, as some write it behind its name."""
_ENDS: Final = " \t\r\n,;|`"
_DATA: Final = re.compile(r"\[[^\s=\]]{1,64}")
"""What stands before the pairs of structured data of RFC 5424: its id, which says nothing."""
_BARRED: Final = 4
"""Bars in a text whose parts they keep from one another."""
_MOST_LOOSE: Final = 16
_SENTENCE: Final = 2
"""Spaces of what may be a sentence."""
_FLOW: Final = re.compile(
    r"(?P<src_ip>[0-9A-Fa-f.:]{3,45}?)(?::(?:(?P<src_port>\d{1,5})|\*))? ?(?:->|=>|→|>) ?"
    r"(?P<dst_ip>[0-9A-Fa-f.:]{3,45}?)(?::(?P<dst_port>\d{1,5}))?(?:[/ ](?P<proto>tcp|udp|icmp|sctp))?",
    re.IGNORECASE,
)
_BRACKETED: Final = f"{_ENDS}[]"
"""What stands around a value of a pair that has brackets of its own: `[name=value], [name=value]`."""


class Written(Struct, frozen=True):
    """Names and values, and the words before the first of them."""

    pairs: dict[str, str]
    head: str
    share: float
    """Which share of the text the pairs are."""
    tail: str = ""
    """The words behind structured data, where the pairs are that."""


def pairs_in(text: str) -> Written:
    """The names and values of a text; none when it has not enough of them. Of a repeated name the first counts."""
    text = text[:LONGEST]
    if is_trap(text[:_SNIFFED]):
        objects, begin = objects_in(text)
        return Written(objects, text[:begin].strip(_ENDS), (len(text) - begin) / max(1, len(text)))
    way = _way(text[:_SNIFFED])
    found = way.search(text) if way else None
    if way is None or found is None:
        return Written({}, text, 0.0)
    first = found.start(1)
    pairs: dict[str, str] = {}
    hopeless: set[str] = set()
    loose: list[str] = []
    barred = way is not _SPACED and text.count("|") >= _BARRED
    end = first
    for _ in range(MOST_PAIRS):
        at = found.end()
        closed = _closed(text, at, hopeless)
        following = way.search(text, closed.end() if closed else at)
        end = closed.end() if closed else following.start() if following else len(text)
        ends = _BRACKETED if found.start(1) and text[found.start(1) - 1] == "[" else _ENDS
        value = _unescaped(closed[0][:-1]) if closed else text[at:end].strip(ends).replace("\\ ", " ")
        if barred and not closed and "|" in value:
            value, *behind = map(str.strip, value.split("|", _MOST_LOOSE))
            loose += behind
        name = found[1]
        pairs.setdefault(_PLACE.sub("", name) if name[-1] == ")" else name, value[:_LONGEST_VALUE])
        if following is None:
            break
        found = following
    for name, value in _named(loose[:_MOST_LOOSE]):
        pairs.setdefault(name, value)
    head = text[:first].strip(_ENDS)
    if way is _COLON and len(head) <= _LONGEST_HEAD and (tagged := _TAGGED.search(head)):
        # Behind a tag with a colon of its own the first pair looks like the tag's value.
        pairs, head = {tagged[1]: tagged[2], **pairs}, head[: tagged.start()]
    tail = text[end + 1 :].strip(_ENDS) if text[end : end + 1] == "]" and _DATA.fullmatch(head) else ""
    return Written(pairs, head, (end - first) / max(1, len(text)), tail)


def _named(loose: list[str]) -> Iterator[tuple[str, str]]:
    """What stands between bars without a name, under names: where it went from and to, and a sentence."""
    for part in loose:
        if flow := _FLOW.fullmatch(part):
            yield from ((name, value) for name, value in flow.groupdict().items() if value)
        elif part.count(" ") >= _SENTENCE:
            yield "title", part


def _closed(text: str, at: int, hopeless: set[str]) -> re.Match[str] | None:
    """A quoted value that begins here. A quote that was once not closed is not looked for again."""
    quote = text[at : at + 1]
    closing = _CLOSING.get(quote) if quote not in hopeless else None
    if closing is None:
        return None
    found = closing.match(text, at + 1)
    if found is None:
        hopeless.add(quote)
    return found


def _way(text: str) -> re.Pattern[str] | None:
    """How the text writes its pairs, by which way finds most."""
    equals = text.count("=")
    if text.count(':"') + text.count('": "') + text.count(': "') >= _SURELY:
        quoted = _count(_QUOTED_COLON, text)
        if quoted >= _SURELY and quoted >= _count(_SPACED, text):
            return _QUOTED_COLON
    if equals >= _FEWEST:
        spaced, parted = _count(_SPACED, text), _count(_PARTED, text)
        if parted >= _SURELY and parted >= spaced * _MOSTLY:
            return _PARTED
        if spaced >= _FEWEST and spaced * 2 >= text.count(": "):
            return _SPACED
    return _COLON if _count(_COLON, text) >= _SURELY else None


def _count(way: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in islice(way.finditer(text), MOST_PAIRS))


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(r"\1", value) if "\\" in value else value
