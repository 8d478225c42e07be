"""Finds IBANs, and numbers that a word before them makes a secret: account, договор, карта, ЖСН, телефон …

Beside its keyword a number needs no check digit: a mistyped IIN is still somebody's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from qorgan.personal.found import Found
from qorgan.personal.numbers import IIN_DIGITS, PAN_DIGITS, iban_length, is_iban
from qorgan.wire.signal import RedactionClass

_between: Final = "[ \u00a0\u2013.+-]"
_iban = re.compile(
    rf"[A-Zk](?<![A-Za-z0-9].)(?:(?<=[A-Z])[A-Z]|(?<=[Kk]){_between}?[Zz]){_between}?[0-9]{_between}?[0-9](?:{_between}?[A-Za-z0-9]){{11,30}}"
)
_gap = re.compile(_between)

_IIN: Final = range(IIN_DIGITS, IIN_DIGITS + 1)
_ACCOUNT: Final = range(6, 35)
_PHONE: Final = range(10, 16)

# What a word says of the number after it, and how many digits such a number has.
_WHOLE_WORDS: Final = {
    "iin": (RedactionClass.IIN, _IIN),
    "иин": (RedactionClass.IIN, _IIN),
    "жсн": (RedactionClass.IIN, _IIN),
    "bin": (RedactionClass.ACCOUNT, _IIN),
    "бин": (RedactionClass.ACCOUNT, _IIN),
    "бсн": (RedactionClass.ACCOUNT, _IIN),
    "р/с": (RedactionClass.ACCOUNT, _ACCOUNT),
    "л/с": (RedactionClass.ACCOUNT, _ACCOUNT),
    "pan": (RedactionClass.PAN, PAN_DIGITS),
    "tel": (RedactionClass.PHONE, _PHONE),
    "тел": (RedactionClass.PHONE, _PHONE),
    "моб": (RedactionClass.PHONE, _PHONE),
}
_BEGINNINGS: Final = {
    "account": (RedactionClass.ACCOUNT, _ACCOUNT),
    "acct": (RedactionClass.ACCOUNT, _ACCOUNT),
    "iban": (RedactionClass.ACCOUNT, _ACCOUNT),
    "contract": (RedactionClass.ACCOUNT, _ACCOUNT),
    "passport": (RedactionClass.ACCOUNT, _ACCOUNT),
    "счет": (RedactionClass.ACCOUNT, _ACCOUNT),
    "счёт": (RedactionClass.ACCOUNT, _ACCOUNT),
    "договор": (RedactionClass.ACCOUNT, _ACCOUNT),
    "паспорт": (RedactionClass.ACCOUNT, _ACCOUNT),
    "удостоверени": (RedactionClass.ACCOUNT, _ACCOUNT),
    "шот": (RedactionClass.ACCOUNT, _ACCOUNT),
    "есепшот": (RedactionClass.ACCOUNT, _ACCOUNT),
    "шарт": (RedactionClass.ACCOUNT, _ACCOUNT),
    "келісімшарт": (RedactionClass.ACCOUNT, _ACCOUNT),
    "төлқұжат": (RedactionClass.ACCOUNT, _ACCOUNT),
    "куәлі": (RedactionClass.ACCOUNT, _ACCOUNT),
    "card": (RedactionClass.PAN, PAN_DIGITS),
    "карт": (RedactionClass.PAN, PAN_DIGITS),
    "phone": (RedactionClass.PHONE, _PHONE),
    "msisdn": (RedactionClass.PHONE, _PHONE),
    "телефон": (RedactionClass.PHONE, _PHONE),
    "мобильн": (RedactionClass.PHONE, _PHONE),
    "ұялы": (RedactionClass.PHONE, _PHONE),
}
_beginning = re.compile("|".join(sorted(_BEGINNINGS, key=len, reverse=True)))
_WORDS: Final = (*_WHOLE_WORDS, *_BEGINNINGS)
_WORDS_OF_ASCII: Final = tuple(word for word in _WORDS if word.isascii())
_BETWEEN: Final = "no|nr|num|number|id|code|клиента|client|holder|номер[а-я]*|нөмір[а-яіңғүұқөһә]*"
_number = re.compile(r"[+0-9](?:(?<=\+)[0-9]|(?<=[0-9])(?<![0-9].))(?:[ \u00a0()+-]{0,2}[0-9]){5,33}(?![0-9])")
# The last word before a number, and behind it only a word such as "number" and punctuation.
_before = re.compile(
    rf"(?P<word>[рл]/с|[^\W\d_]+)\.?(?:[\s_-]?(?:{_BETWEEN}))?\.?[\"'\\]{{0,3}}\s?[:=№#(-]{{0,3}}\s{{0,2}}[\"'\\+]{{0,3}}\Z",
    re.IGNORECASE,
)
_joined_ending = re.compile(r"(?<=[a-z])(Account|Phone|Card)(?:Number|No|Num)?\Z")
_not_digits = re.compile("[^0-9]+")
_LOOK_BACK: Final = 40
"""Characters before a number in which its word is looked for."""


def ibans(text: str) -> Iterator[Found]:
    """IBANs of every country that has them; Kazakhstan's in either case, and in groups of any width."""
    at = 0
    while match := _iban.search(text, at):
        found = _iban_within(text, match)
        if found:
            yield found
        at = found.end if found else match.start() + 2


def beside_keywords(text: str, own_bins: Collection[str]) -> Iterator[Found]:
    """Numbers right after a word of their class, in Kazakh, Russian or English."""
    lowered = text.lower()
    words = [word for word in (_WORDS_OF_ASCII if lowered.isascii() else _WORDS) if word in lowered]
    if not words:
        return
    for match in _number.finditer(text):
        before = _word_before(text[max(0, match.start() - _LOOK_BACK) : match.start()], words)
        said = _said(before) if before else None
        if said:
            kind, lengths = said
            digits = _not_digits.sub("", match.group())
            if len(digits) in lengths and digits not in own_bins:
                value = "7" + digits[-10:] if kind is RedactionClass.PHONE else digits
                yield Found(*match.span(), kind, value)


def _word_before(text: str, words: Iterable[str]) -> str:
    """The word that says what the number behind this text is, when one of these may; else nothing."""
    lowered = text.lower()
    places = [at for word in words if (at := lowered.find(word)) >= 0]
    if not places:
        return ""
    # None of them has a space in it, so none begins before this place. (A few letters grow when made small.)
    start = text.rfind(" ", 0, min(places)) + 1 if len(lowered) == len(text) else 0
    found = _before.search(text, start)
    return found["word"] if found else ""


def _said(word: str) -> tuple[RedactionClass, range] | None:
    lowered = word.lower()
    whole = _WHOLE_WORDS.get(lowered)
    if whole:
        return whole
    begins = _beginning.match(lowered)
    if begins:
        return _BEGINNINGS[begins.group()]
    # clientAccount, mobilePhoneNumber: the last of words written together.
    joined = _joined_ending.search(word)
    return _BEGINNINGS[joined[1].lower()] if joined else None


def _iban_within(text: str, match: re.Match[str]) -> Found | None:
    """The IBAN at the beginning of a match, which may run on into the words after it."""
    letters = _gap.sub("", match.group()).upper()
    length = iban_length(letters[:2])
    if not length or not is_iban(letters[:length]):
        return None
    end = match.start()
    for _ in range(length):
        while _gap.match(text, end):
            end += 1
        end += 1
    if text[end : end + 1].isalnum():
        return None
    return Found(match.start(), end, RedactionClass.IBAN, letters[:length])
