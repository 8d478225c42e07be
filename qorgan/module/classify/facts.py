"""What rules may ask of an event: its fields in lower case, and the words in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

from qorgan.law.severity import Severity
from qorgan.module.classify.told import told_by
from qorgan.module.event import Event
from qorgan.module.formats.counted import PREFIX
from qorgan.module.formats.standing import ABOUT_WHOM, standing_of

_text_fields = (
    "format vendor product activity outcome kind rule_id rule_name category severity action source_address "
    "destination_address protocol application host path domain file_name mail_sender mail_subject user "
    "machine message techniques hashes"
)
TEXT_FIELDS: Final = frozenset(_text_fields.split())
NUMBER_FIELDS: Final = frozenset(("source_port", "destination_port", "count"))
NAMES: Final = "names"
"""A field of its own: the product's own names of all that the record says. They tell what sort of product writes it."""
VALUES: Final = "values"
"""A field of its own: the short values under those names, each a word or a few, as kinds and classes are."""
STANDING: Final = "standing"
"""A field of its own: how what the record tells stands, where it is not simply something seen."""
TOLD: Final = "told"
"""A field of its own: the message in the record's own words. What takes a record for no attack asks this one."""
_SHORT: Final = 80
"""Characters of a value that is no longer a word or a few."""
_MOST_VALUES: Final = 256
_NOTHING: Final = frozenset(
    ("", "-", "--", "0", "false", "none", "null", "(null)", "n/a", "unknown", "[]", "{}", "нет", "жоқ")
)
"""Values by which a record says nothing under a name."""
_LONGEST_NOTHING: Final = max(map(len, _NOTHING))
MORE: Final = "more."
"""Prefix of the product's own names: `more.rule.level` is the entry `rule.level` of `Event.more`."""

GRAM: Final = 3
"""Letters in a row under which parts of texts are indexed."""

STEM: Final = 4
"""Letters of a word under which it is indexed."""
_RECURS: Final = 96
"""Characters of a text that may come again and again, so that what is made of it is remembered."""
_MOST_REMEMBERED: Final = 4_096
_FEW_REMEMBERED: Final = 1_024
"""Of what takes ten kilobytes for a text."""

_NAMES_RECUR: Final = 3_072
"""Characters of all names of a record up to which it is likely to be like others of its product."""
_MOST_NAMES: Final = 256

_words_in_english = {
    "process": "процесс процесса үрдіс",
    "parent process": "родительскийпроцесс",
    "command line": "команднаястрока командажолы",
    "computer": "компьютер имякомпьютера рабочаястанция",
    "host name": "узел имяузла хост",
    "device name": "устройство имяустройства құрылғы",
    "sender": "отправитель жіберуші",
    "recipient": "получатель алушы",
    "subject": "тема темаписьма",
    "file name": "файл имяфайла путькфайлу объект",
    "threat name": "угроза имяугрозы названиеугрозы қауіп",
    "virus name": "вирус имявируса вирустыңатауы",
    "tactic": "тактика",
    "technique": "техника",
    "http method": "метод методзапроса",
    "url": "адресстраницы ссылка",
    "rule name": "правило имяправила сигнатура",
    "attack": "атака типатаки классатаки шабуыл",
    "alert": "событие оқиға",
    "agent": "агент",
    "path": "путь жол жолы",
    "request": "запрос сұрау",
    "payload": "нагрузка полезнаянагрузка",
    "severity": "важность критичность уровень маңыздылық",
}
_IN_ENGLISH: Final = {word: name for name, words in _words_in_english.items() for word in words.split()}
"""What names of fields in Russian and Kazakh are in the language in which rules ask for names."""
_camel = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})")
_not_word = re.compile(r"[\W_]+")


def is_field(name: str) -> bool:
    """Whether rules may ask for a field of this name."""
    return (
        name in TEXT_FIELDS
        or name in NUMBER_FIELDS
        or name in {NAMES, VALUES, STANDING, TOLD}
        or (name.startswith(MORE) and len(name) > len(MORE))
    )


class Facts:
    """One event as rules see it. Every text is made lower case, and taken apart into words, at most once."""

    __slots__ = ("_event", "_joined", "_lowered", "_stems", "_words")

    def __init__(self, event: Event) -> None:
        self._event = event
        self._joined: dict[str, str] = {}
        self._lowered: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._stems: dict[str, frozenset[str]] = {}

    def among(self, fields: Mapping[str, str]) -> list[str]:
        """Of fields by the product's own names, those that the record has."""
        more = self._event.more
        return [fields[name] for name in more.keys() & fields.keys()] if more else []

    def raw(self, field: str) -> str:
        """The field as text; empty when the record does not say."""
        if field.startswith(MORE):
            return self._event.more.get(field[len(MORE) :], "")
        if field in {NAMES, VALUES}:
            return self._together(field)
        if field in {STANDING, TOLD}:
            return self._standing() if field == STANDING else self._told()
        value = getattr(self._event, field)
        if isinstance(value, str):
            return value
        if isinstance(value, tuple):
            return " ".join(str(getattr(each, "value", each)) for each in value)
        return "" if value is None else str(value)

    def _together(self, field: str) -> str:
        known = self._joined.get(field)
        if known is None:
            more = self._event.more.items()
            said = (
                (
                    _in_english(name)
                    for name, value in more
                    if (len(value) > _LONGEST_NOTHING or value.lower() not in _NOTHING) and not name.startswith(PREFIX)
                )
                if field == NAMES
                else (value for _, value in more if 0 < len(value) <= _SHORT)
            )
            known = self._joined[field] = " . ".join(islice(said, _MOST_VALUES))
        return known

    def _told(self) -> str:
        known = self._joined.get(TOLD)
        if known is None:
            known = self._joined[TOLD] = told_by(self._event)
        return known

    def _standing(self) -> str:
        known = self._joined.get(STANDING)
        if known is None:
            event = self._event
            titles = (event.rule_name, event.kind, event.category)
            stands = standing_of(titles, self._told(), event.more, believed=_believed(event))
            known = self._joined[STANDING] = " ".join(stands)
        return known

    def lowered(self, field: str) -> str:
        """The field in lower case."""
        known = self._lowered.get(field)
        if known is None:
            known = self._lowered[field] = self.raw(field).lower()
        return known

    def words(self, field: str) -> str:
        """The words of the field in lower case, each with a space before and after."""
        known = self._words.get(field)
        if known is None:
            text = self.raw(field)
            named = field == NAMES and 0 < len(text) <= _NAMES_RECUR
            known = self._words[field] = _named_words(text) if named else words_of(text)
        return known

    def stems(self, field: str) -> frozenset[str]:
        """What the field's words are indexed under."""
        known = self._stems.get(field)
        if known is None:
            words = self.words(field)
            if field == NAMES and len(words) <= _NAMES_RECUR:
                known = _named_stems(words)
            else:
                known = _short_stems(words) if len(words) <= _RECURS else _stems(words)
            self._stems[field] = known
        return known

    def grams(self, field: str) -> frozenset[str]:
        """Every three letters in a row of the field in lower case."""
        text = self.lowered(field)
        return _short_grams(text) if len(text) <= _RECURS else _grams(text)


def _in_english(name: str) -> str:
    """A name with the English one beside it, where it is in another language."""
    if name.isascii():
        return name
    known = _IN_ENGLISH.get(_not_word.sub("", name).lower())
    if known is None and "." in name:
        # Of a path the thing above says what it is of: `Процесс.pid`.
        known = _IN_ENGLISH.get(_not_word.sub("", name.partition(".")[0]).lower())
    return f"{name} . {known}" if known else name


def stem(word: str) -> str:
    """What a word is indexed under."""
    return word[:STEM]


def words_of(text: str) -> str:
    """A text's words as `Facts.words` gives them; `FileMalware` is found as one word and as two."""
    if not text:
        return ""
    return _short_words(text) if len(text) <= _RECURS else _words(text)


def _words(text: str) -> str:
    plain = f" {_not_word.sub(' ', text).lower().strip()} "
    apart = f" {_not_word.sub(' ', _camel.sub(' ', text)).lower().strip()} "
    return plain if apart == plain else f"{plain}|{apart}"


def _stems(words: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in words.split())


def _grams(text: str) -> frozenset[str]:
    return frozenset(map("".join, zip(text, text[1:], text[2:], strict=False)))


_short_words = lru_cache(_MOST_REMEMBERED)(_words)
_short_stems = lru_cache(_MOST_REMEMBERED)(_stems)
_named_words = lru_cache(_MOST_NAMES)(_words)
_named_stems = lru_cache(_MOST_NAMES)(_stems)
_short_grams = lru_cache(_FEW_REMEMBERED)(_grams)


def _believed(event: Event) -> frozenset[str] | None:
    """What a sentence may say of a guard's own affairs; None: anything.

    Nothing beside a grave finding, and little beside a named one with whoever did it: the sentence may quote them. The
    grade of free text is our own reading of its words, so it tells nothing here.
    """
    if event.format == "text":
        return None
    if event.severity >= Severity.HIGH:
        return frozenset()
    is_named = bool(event.rule_name and event.source_address) and event.severity >= Severity.MEDIUM
    return ABOUT_WHOM if is_named else None
