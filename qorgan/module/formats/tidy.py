"""Values made fit to travel: one line, no control characters, no halves of characters, not endless."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Final

from msgspec import structs

from qorgan.module.event import Event

LONGEST_VALUE: Final = 4_096

_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
"""Controls, line separators and lone surrogates."""
_UNSEEN: Final = re.compile(r"[\ufeff\u202a-\u202e\u2066-\u2069]+|(?<=\d)[\x00-\x08\x0e-\x1f\x7f-\x9f]+(?=\d)")
"""Marks that turn the direction of writing, and controls within a number: a space there would make two of it, and
neither would be known for whose it is."""

_TEXTS: Final = tuple(
    field.name for field in structs.fields(Event) if field.type is str and field.name not in {"format", "record"}
)
_texts_of: Final[Callable[[Event], tuple[str, ...]]] = attrgetter(*_TEXTS)

_TECHNIQUE: Final = re.compile(r"(?<![A-Za-z0-9])T\d{4}(?:\.\d{3})?(?![0-9])")


def tidy(value: object) -> str:
    """A value as one line of text; empty for None. Numbers and truth values are written out."""
    if isinstance(value, str):
        text = value
    elif value is None:
        return ""
    elif isinstance(value, bool):
        return "true" if value else "false"
    elif isinstance(value, int | float):
        text = str(value)
    else:
        return ""
    if len(text) > LONGEST_VALUE:
        text = text[:LONGEST_VALUE]
    if text.isprintable():
        return text.strip(" ")
    return _UNFIT.sub(" ", _UNSEEN.sub("", text)).strip()


def tidied(event: Event) -> Event:
    """The event with every text tidied but its record's own. The same event when there was nothing to do."""
    together = "".join(_texts_of(event)) + "".join(event.more.values())
    if len(together) <= LONGEST_VALUE and together.isprintable():
        return event
    changed: dict[str, object] = {name: tidy(getattr(event, name)) for name in _TEXTS}
    more = {tidy(key): tidy(value) for key, value in event.more.items()}
    return structs.replace(event, **changed, more=more)


def as_text(record: bytes) -> str:
    """A record's own text, whatever its bytes are."""
    try:
        text = record.decode()
    except UnicodeDecodeError:
        text = record.decode("utf-8", "replace")
    # Most records end in a brace and begin with one: nothing is to be stripped from these.
    return text if text[:1] == "{" and text[-1:] == "}" else text.strip("\ufeff\r\n\0 ")


def words_of(value: object) -> list[str]:
    """The texts of a value that may be one text or a list of them."""
    if isinstance(value, list | tuple):
        return [text for item in value if (text := tidy(item))]
    text = tidy(value)
    return [text] if text else []


def joined(words: Iterable[str]) -> str:
    """Words without repeats, in their order, joined with '; '."""
    return "; ".join(dict.fromkeys(word for word in words if word))


def techniques_in(*texts: str) -> tuple[str, ...]:
    """MITRE ATT&CK technique ids that the texts name, without repeats."""
    return tuple(dict.fromkeys(found for text in texts for found in _TECHNIQUE.findall(text)))


def object_of(value: object) -> dict[str, object]:
    """The value when it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}
