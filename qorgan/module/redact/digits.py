"""Finds numbers of people, companies, cards and phones among the digits of a text, however they are grouped."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Final

from qorgan.module.redact.found import Found
from qorgan.module.redact.numbers import (
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
    "date end epoch event_id eventid externalid flow_id flowid log_id logid offset pcap_cnt pid request_id requestid "
    "rt seq span_id start tid time time_stamp timestamp trace_id ts tx_id unique_id uniqueid uptime"
)
TECHNICAL: Final = frozenset(_technical_words.split())
"""Keys under which products write numbers of their own, some of which pass a check digit by chance."""

_MOST_GROUPS: Final = 19
_PAIR: Final = 2
_SHORTEST: Final = 10
"""Digits of the shortest number looked for: a phone as `(701) 123-45-67`."""

# Groups of digits with at most two characters between them, as people and forms write numbers.
_SEPARATORS: Final = " \u00a0\u2009\u2010\u2011\u2013().+-"
_chain = re.compile(rf"[0-9]+(?:[{re.escape(_SEPARATORS)}]{{1,2}}[0-9]+)*")
_group = re.compile("[0-9]+")
_one_separator = re.compile(r"[ \u00a0\u2009\u2010\u2011\u2013+-]")
_word_before = re.compile(r"[^\W_]*\Z")
_word_after = re.compile(r"[^\W_]*")
_key_before = re.compile(r"([A-Za-z][A-Za-z0-9_]*)(?:\\?[\"']?\s?[:=]\s?|\s)(?:\\?[\"'])?\Z")
_uuid_before = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-\Z")
_only_hexadecimal = re.compile("[0-9A-Fa-f]+")

_Spans = list[tuple[int, int]]


def numbers(text: str, own_bins: Collection[str]) -> Iterator[Found]:
    """IIN, BIN, card numbers and phones, by their check digits and ranges. An own BIN is no secret."""
    for chain in _chain.finditer(text):
        if chain.end() - chain.start() < _SHORTEST:
            continue
        groups = [match.span() for match in _group.finditer(text, chain.start(), chain.end())]
        if sum(end - start for start, end in groups) >= _SHORTEST:
            yield from _in_chain(text, groups, own_bins)


def _in_chain(text: str, groups: _Spans, own_bins: Collection[str]) -> Iterator[Found]:
    first = 0
    while first < len(groups):
        # The fewest groups first: a whole number beside another one must not be read together with it.
        for last in range(first + 1, min(len(groups), first + _MOST_GROUPS) + 1):
            found = _judge(text, groups[first:last], own_bins)
            if found:
                yield found
                first = last - 1
                break
        first += 1


def _judge(text: str, groups: _Spans, own_bins: Collection[str]) -> Found | None:
    start, end = groups[0][0], groups[-1][1]
    digits = "".join(text[left:right] for left, right in groups)
    if len(digits) in PAN_DIGITS:
        secret = is_pan(digits) and _is_grouped(text, groups, dots=True)
        kind, value = RedactionClass.PAN, digits
    elif len(digits) == IIN_DIGITS:
        secret = _is_grouped(text, groups) and (is_iin(digits) or (is_bin(digits) and digits not in own_bins))
        kind, value = RedactionClass.ACCOUNT if digits[4] > "3" else RedactionClass.IIN, digits
    elif len(digits) in {PHONE_DIGITS, _SHORTEST}:
        start, secret = _phone(text, start, digits)
        kind, value = RedactionClass.PHONE, "7" + digits[-10:]
    else:
        return None
    return Found(start, end, kind, value) if secret and not _is_chance(text, start, end) else None


def _phone(text: str, start: int, digits: str) -> tuple[int, bool]:
    """Where the phone begins, its plus and bracket counted in, and whether it is one."""
    before = text[max(0, start - 2) : start]
    bracket = before.endswith("(")
    if len(digits) == _SHORTEST:
        return (start - 1, digits[0] == "7") if bracket else (start, False)
    plus = before.endswith(("+", "+("))
    sure = plus and digits[0] == "7"
    return start - plus - bracket, sure or is_phone(digits)


def _is_grouped(text: str, groups: _Spans, *, dots: bool = False) -> bool:
    """Whether the groups are a way of writing one number: one separator each, no groups of one digit among longer ones.

    Twelve digits in pairs are a date and a time, not an IIN. Dots are for card numbers in fours only.
    """
    widths = [end - start for start, end in groups]
    if len(groups) == 1:
        return True
    between = [text[one[1] : two[0]] for one, two in pairwise(groups)]
    if dots and set(between) == {"."}:
        return all(width == 4 for width in widths[:-1])  # noqa: PLR2004 (docstring)
    if not all(len(gap) == 1 and _one_separator.match(gap) for gap in between):
        return False
    return set(widths) == {1} or (min(widths) >= _PAIR and set(widths) != {_PAIR})


def _is_chance(text: str, start: int, end: int) -> bool:
    """Whether digits that pass a check stand where products write numbers of their own."""
    before = text[max(0, start - 40) : start]
    if before.endswith("%") or (before.endswith(".") and before[-2:-1].isdigit()):
        return True
    if text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit() and "." not in text[start:end]:
        return True
    word = _word_before.search(before)[0] + _word_after.match(text, end)[0]  # type: ignore[index]  # both may be empty, neither fails
    if len(word) >= _PAIR and _only_hexadecimal.fullmatch(word):
        return True
    key = _key_before.search(before)
    return (key is not None and key[1].lower() in TECHNICAL) or _uuid_before.search(before) is not None
