"""Finds numbers of people, companies, cards and phones among the digits of a text, however they are grouped."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from qorgan.personal.found import Found
from qorgan.personal.numbers import (
    IIN_DIGITS,
    PAN_DIGITS,
    PHONE_DIGITS,
    is_bin,
    is_iin,
    is_pan,
    is_phone,
)
from qorgan.wire.signal import RedactionClass

_technical_words = (
    "event_id eventid externalid flow_id flowid log_id logid pcap_cnt pid request_id requestid span_id tid trace_id "
    "tx_id unique_id uniqueid"
)
TECHNICAL: Final = frozenset(_technical_words.split())
"""Keys under which products write numbers of their own, some of which pass a check digit by chance."""

_PAIR: Final = 2
_FOUR: Final = 4
_SHORTEST: Final = 10
"""Digits of the shortest number looked for: a phone as `(701) 123-45-67`."""

# Groups of digits with at most two characters between them, as people and forms write numbers.
_PLAIN: Final = " \u00a0\u2009\u2010\u2011\u2013+-"
_SEPARATORS: Final = _PLAIN + "()."
_chain = re.compile(rf"[0-9](?<![0-9].)(?:[{re.escape(_SEPARATORS)}]{{0,2}}[0-9]){{{_SHORTEST - 1},}}+")
_group = re.compile("[0-9]+")
_word_before = re.compile(r"[^\W_]*\Z")
_word_after = re.compile(r"[^\W_]*")
_key_before = re.compile(r"(?:([A-Za-z][A-Za-z0-9_]*)(?:\\{0,7}[\"']?\s?[:=]\s?|\s\")(?:\\{0,7}[\"'])?|\b([pt]id)\s)\Z")
_AFTER_KEYS: Final = frozenset(":=\"'")
_uuid_before = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-\Z")
_only_hexadecimal = re.compile("[0-9A-Fa-f]+")

_octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_address = re.compile(rf"{_octet}(?:\.{_octet}){{3}}")

_Spans = list[tuple[int, int]]


def numbers(text: str, own_bins: Collection[str]) -> Iterator[Found]:
    """IIN, BIN, card numbers and phones, by their check digits and ranges. An own BIN is no secret."""
    for chain in _chain.finditer(text):
        groups = [match.span() for match in _group.finditer(text, chain.start(), chain.end())]
        yield from _in_chain(text, groups, own_bins)


def _in_chain(text: str, groups: _Spans, own_bins: Collection[str]) -> Iterator[Found]:
    first, left = 0, sum(end - start for start, end in groups)
    while left >= _SHORTEST:
        behind = first + 1
        for last in _lasts(text, groups, first):
            found = _judge(text, groups[first : last + 1], own_bins)
            if found:
                yield found
                behind = last + 1
                break
        left -= sum(end - start for start, end in groups[first:behind])
        first = behind


class _Shape:
    """How the groups of a number are written, kept up as one group after another is added."""

    __slots__ = ("digits", "dotted", "fours", "groups", "pairs", "plain", "single", "wide")

    def __init__(self) -> None:
        self.digits = self.groups = 0
        self.plain = self.dotted = True
        """Every separator so far is one ordinary character; is a dot."""
        self.single = self.pairs = True
        """Every group has one digit; has two."""
        self.wide = self.fours = True
        """Every group before the last has two digits or more; has four."""

    def add(self, width: int, between: str, before: int) -> None:
        """One more group, what stands between it and the last one, and the last one's width."""
        if self.groups:
            self.plain = self.plain and len(between) == 1 and between in _PLAIN
            self.dotted = self.dotted and between == "."
            self.wide = self.wide and before >= _PAIR
            self.fours = self.fours and before == _FOUR
        self.single = self.single and width == 1
        self.pairs = self.pairs and width == _PAIR
        self.digits += width
        self.groups += 1

    def may_be_number(self) -> bool:
        """Whether so many digits are written so. Phones may be grouped anyhow, the others are more regular.

        Twelve digits in pairs are a date and a time, not an IIN. Dots are for card numbers in fours only.
        """
        if self.digits < _SHORTEST:
            return False
        if self.digits <= PHONE_DIGITS or self.groups == 1:
            return True
        if self.dotted:
            return self.fours and self.digits > IIN_DIGITS
        return self.plain and (self.single or (self.wide and not self.pairs))


def _lasts(text: str, groups: _Spans, first: int) -> Sequence[int]:
    """Which groups a number that begins with this one may end with, in the order in which to try."""
    if len(groups) == first + 1:
        return (first,) if _SHORTEST <= groups[first][1] - groups[first][0] <= PAN_DIGITS[-1] else ()
    return _lasts_of_many(text, groups, first)


def _lasts_of_many(text: str, groups: _Spans, first: int) -> Sequence[int]:
    """The same where more groups follow.

    The fewest groups first: a whole number beside another one must not be read together with it. Digits written
    one by one are one number, so there the longest is tried first.
    """
    found: list[int] = []
    shape = _Shape()
    end, width = groups[first][0], 0
    for last in range(first, len(groups)):
        start = groups[last][0]
        before, width = width, groups[last][1] - start
        shape.add(width, text[end:start], before)
        end = groups[last][1]
        if shape.digits > PAN_DIGITS[-1]:
            break
        if shape.may_be_number():
            found.append(last)
    return found[::-1] if shape.single else found


def _judge(text: str, groups: _Spans, own_bins: Collection[str]) -> Found | None:
    start, end = groups[0][0], groups[-1][1]
    digits = "".join([text[left:right] for left, right in groups])
    kind, value = RedactionClass.PHONE, "7" + digits[-10:]
    if len(digits) in PAN_DIGITS:
        secret = is_pan(digits)
        kind, value = RedactionClass.PAN, digits
    elif len(digits) == IIN_DIGITS:
        secret = is_iin(digits) or (is_bin(digits) and digits not in own_bins)
        kind, value = RedactionClass.ACCOUNT if digits[4] > "3" else RedactionClass.IIN, digits
    else:
        start, secret = _phone(text, start, end, digits)
    return Found(start, end, kind, value) if secret and not _is_chance(text, start, end) else None


def _phone(text: str, start: int, end: int, digits: str) -> tuple[int, bool]:
    """Where the phone begins, its plus and bracket counted in, and whether it is one.

    Nobody writes a phone as 77.123.123.123, in four groups that could be an address's.
    """
    if digits[0] not in "78":
        return start, False
    before = text[max(0, start - 2) : start]
    if _address.fullmatch(text, start, end) and not before.endswith("+"):
        return start, False
    bracket = before.endswith("(")
    if len(digits) == _SHORTEST:
        return (start - 1, digits[0] == "7") if bracket else (start, False)
    plus = before.endswith(("+", "+("))
    sure = plus and digits[0] == "7"
    return start - plus - bracket, sure or is_phone(digits)


def _is_chance(text: str, start: int, end: int) -> bool:
    """Whether digits that pass a check stand where products write numbers of their own."""
    before = text[max(0, start - 40) : start]
    if before.endswith("%") or (before.endswith(".") and before[-2:-1].isdigit()):
        return True
    if text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit() and "." not in text[start:end]:
        return True
    # What ends otherwise is not worth the search for what ends so.
    last = before[-1:]
    word_before = _word_before.search(before) if last.isalnum() else None
    word = (word_before[0] if word_before else "") + _word_after.match(text, end)[0]  # type: ignore[index]  # it may be empty and never fails
    if len(word) >= _PAIR and _only_hexadecimal.fullmatch(word):
        return True
    key = _key_before.search(before) if last.isspace() or last in _AFTER_KEYS else None
    return (key is not None and (key[1] or key[2]).lower() in TECHNICAL) or (
        last == "-" and _uuid_before.search(before) is not None
    )
