"""Finds names of persons: beside the words that announce them, and by their patronymics, in Kazakh, Russian, English.

No list of names is asked: what a name is, its neighbours and its shape say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qorgan.module.redact.folding import has_any, lowered_in_place
from qorgan.personal.found import Found
from qorgan.wire.signal import RedactionClass

# Words after which nothing but a name stands.
_SURE: Final = (
    r"full[ _-]?name|cardholder(?:[ _-]?name)?|(?:card|account)[ _-]?holder(?:[ _-]?name)?|my name is|mrs\.?|"
    r"(?:customer|client|beneficiary|borrower|payer|payee|employee|contact|person|holder|owner|recipient)[ _-]?name"
)
_SURE_IN_CYRILLIC: Final = (
    r"ф\.?\s?и\.?\s?о\.?(?![а-яё])|т\.\s?а\.\s?ә\.|аты[ -]ж[өо]ні|толық аты|меня зовут|менің атым|"
    r"держател[ьяюе]м? карты|владел(?:ец|ьца|ьцу|ьцем) (?:карты|сч[её]та)|(?:карта|шот) иесі(?:не|нің)?|"
    r"қарыз алушы(?:ға|ның)?|г-(?:н|на|ну|жа|жи|же|жу|жой)(?= )"
)
# Words of one part of a name.
_PART: Final = r"surname|patronymic|(?:last|first|given|family|middle|maiden)[ _-]?name"
_PART_IN_CYRILLIC: Final = r"фамили[яию]|отчеств[оа]|тегі|есімі|әкесінің аты|имя клиента"
# Words that stand before much else too.
_MAYBE: Final = r"customer|client|beneficiary|borrower|payee"
_MAYBE_IN_CYRILLIC: Final = (
    r"клиент(?:а|у|ом|ке|тің|тен)?|за[её]мщик(?:а|у|ом)?|плательщик(?:а|у|ом)?|получател[ьяюе]м?|отправител[ьяюе]м?|"
    r"владел(?:ец|ьца|ьцу|ьцем)|гражданин(?:а|у|ом)?|гражданк[аиуе]|сотрудни(?:к|ка|ку|ца|цы|це)|"
    r"тұтынушы(?:ға|ның)?|төлеуші|алушы|жіберуші|қызметкер(?:і|ге)?|азамат(?:ша)?|имя|аты"
)


def _keywords(sure: str, part: str, maybe: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.-])(?:(?P<sure>(?:{sure}))|(?P<part>{part})|(?P<maybe>{maybe}))(?![\w])"
        r"(?P<of>(?: клиента| клиентки| тұтынушының| заявителя| of client)?)"
        r"(?P<sign>[\"'\\]{0,3}\s{0,2}[:=]?(?:\s{0,3}[\"'\\]{0,3})?)"
    )


_keyword = _keywords(f"{_SURE}|{_SURE_IN_CYRILLIC}", f"{_PART}|{_PART_IN_CYRILLIC}", f"{_MAYBE}|{_MAYBE_IN_CYRILLIC}")
_keyword_of_ascii = _keywords(_SURE, _PART, _MAYBE)
"""For texts that have no other letters: half of the words need not be tried there."""
_announced: Final = ("name", "holder", "customer", "client", "beneficiary", "borrower", "payee", "mrs", "patronymic")
_announced_in_cyrillic: Final = (
    *("ф", "т.", "аты", "держател", "владел", "иесі", "зовут", "г-", "фамили", "отчеств", "тегі", "есімі"),
    *("имя", "клиент", "мщик", "плательщик", "получател", "отправител", "граждан", "сотрудни", "тұтынушы", "төлеуші"),
    *("алушы", "жіберуші", "қызметкер", "азамат"),
)
"""In small letters: one of them stands in every text in which `_keyword` finds something."""
_letter: Final = r"[^\W\d_]"
_word: Final = rf"(?:{_letter}\.\s?{_letter}\.|{_letter}\.|{_letter}{{2,30}}(?:['’ʼ-]{_letter}{{1,30}})*)"
_words = re.compile(rf"{_word}(?:[ +\u00a0]{{1,2}}{_word}){{0,3}}")
_one = re.compile(_word)
_goes_on = re.compile(r"[\w/\\@:=(]|[.-]\w")
"""What stands behind something else than a name: Mozilla/5.0, srv.example, user@, key=."""

_PATRONYMIC: Final = (
    "ович|евич|овна|евна|инична|ична|ильич|кузьмич|лукич|фомич|ұлы|улы|қызы|кызы|ovich|evich|ovna|evna|uly|kyzy|qyzy"
)
_patronymic = re.compile(rf"(?<=\w\w)(?:{_PATRONYMIC})(?:а|у|ем|ом|ы|е|ой|дың|ның|нің|га|ға)?(?!\w)")
_of_fathers: Final = ("vich", "vna", "uly", "yzy")
_of_fathers_in_cyrillic: Final = ("ич", "вна", "ұлы", "улы", "қызы", "кызы")
"""In small letters: one of them stands in every text in which `_patronymic` finds something."""
_ending = re.compile(
    rf"(?:{_PATRONYMIC}|ов|ова|ев|ева|ёв|ёва|ин|ина|ын|ына|ский|ская|цкий|цкая|енко|чук|бек|бай|хан|тегі|гали|ғали|кова|"
    r"ov|ova|ev|eva|in|ina|sky|skiy|skaya|enko|bek|bay)(?:а|у|ой|ым|ым|ого|ому)?"
)
_nobody_words = (
    "unknown none null system root admin administrator anonymous guest default user users test server host file true "
    "false empty нет неизвестно неизвестен пусто система жоқ белгісіз and or not is the was has for from to at on in "
    "by domain local group everyone account name id type status value string number error login logon workstation"
)
_NOBODY: Final = frozenset(_nobody_words.split())
_longest_before: Final = 70


def names(text: str) -> Iterator[Found]:
    """Names of persons, each as a whole."""
    lowered = lowered_in_place(text)
    is_ascii = lowered.isascii()
    if has_any(_announced, lowered) or (not is_ascii and has_any(_announced_in_cyrillic, lowered)):
        for match in (_keyword_of_ascii if is_ascii else _keyword).finditer(lowered):
            end = _end_of_name(text, match)
            if end:
                yield _found(text, match.end(), end)
    if has_any(_of_fathers, lowered) or (not is_ascii and has_any(_of_fathers_in_cyrillic, lowered)):
        for match in _patronymic.finditer(lowered):
            span = _around(text, match.start(), match.end())
            if span:
                yield _found(text, *span)


def is_name(value: str) -> bool:
    """Whether what stands under the key of a name may be one: a few words of letters, whatever their case."""
    spelled = value.replace("_", " ").strip()
    match = _words.fullmatch(spelled)
    return match is not None and not all(word.lower() in _NOBODY for word in spelled.split()) and "‹" not in value


def canonical_name(value: str) -> str:
    """The one spelling of a name: lower case, single spaces."""
    return " ".join(value.replace("+", " ").replace("_", " ").lower().split())


def _found(text: str, start: int, end: int) -> Found:
    return Found(start, end, RedactionClass.NAME, canonical_name(text[start:end]))


def _end_of_name(text: str, match: re.Match[str]) -> int:
    """Where the name behind a keyword ends; 0 when there is none."""
    said = _words.match(text, match.end())
    if not said or not match["sign"]:
        return 0
    is_assigned = ":" in match["sign"] or "=" in match["sign"]
    words = list(_one.finditer(text, *said.span()))
    while words and _goes_on.match(text, words[-1].end()):
        # The last word belongs to something that goes on behind it.
        words.pop()
    is_sure = match["sure"] is not None
    if is_sure and is_assigned and words and not any(map(_is_capital, words)):
        # People write their own names small, too; a sentence is longer.
        return _unless_nobody(words[:3])
    words = _capitals(words)
    if not words:
        return 0
    if is_assigned or is_sure or match["part"]:
        return _unless_nobody(words[:1] if match["part"] and not is_assigned else words)
    return _unless_nobody(words) if len(words) > 1 and _looks_like_name(words) else 0


def _capitals(words: list[re.Match[str]]) -> list[re.Match[str]]:
    """The words from the first on that begin with a capital letter."""
    kept: list[re.Match[str]] = []
    for word in words:
        if not _is_capital(word):
            break
        kept.append(word)
    return kept


def _is_capital(word: re.Match[str]) -> bool:
    return word.group()[0].isupper()


def _looks_like_name(words: list[re.Match[str]]) -> bool:
    return any("." in word.group() or _ends_as_name(word.group().lower()) for word in words)


def _ends_as_name(word: str) -> bool:
    return any(_ending.fullmatch(word, at) for at in range(max(2, len(word) - 9), len(word)))


def _unless_nobody(words: list[re.Match[str]]) -> int:
    if all(word.group().lower() in _NOBODY for word in words):
        return 0
    return words[-1].end()


def _around(text: str, at: int, end: int) -> tuple[int, int] | None:
    """The name of which a patronymic is part: it and its capital neighbours. A lone word is no name."""
    begin = max(0, at - _longest_before)
    before = list(_one.finditer(text, begin, end))
    if not before or before[-1].end() != end or not _is_capital(before[-1]):
        return None
    first = before[-1]
    start = first.start()
    for word in before[-2:-4:-1] if len(before) > 1 else ():
        if not _is_capital(word) or not _is_gap(text[word.end() : start]):
            break
        start = word.start()
    after = _one.match(text, end + 1) if _is_gap(text[end : end + 1]) else None
    stop = after.end() if after and _is_capital(after) and len(after.group()) > 2 else end  # noqa: PLR2004 (no initial)
    return (start, stop) if start < first.start() or stop > end else None


def _is_gap(between: str) -> bool:
    return 0 < len(between) <= 2 and not between.strip(" +\u00a0")  # noqa: PLR2004 (as between the words of a name)
