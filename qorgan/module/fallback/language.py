"""The desk speaks Kazakh, Russian and English out of its own catalogues, and the card's out of theirs."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from qorgan.cards import wording
from qorgan.cards.manner import Manner
from qorgan.law.calendar import zone
from qorgan.law.labels import Language

DEFAULT: Final = Language.KAZAKH.value
LANGUAGES: Final = tuple(one.value for one in Language)
NAMES: Final = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
_FOLDERS: Final = (Path(__file__).parent / "locale", Path(wording.__file__).parent / "locale")
_spoken: ContextVar[str] = ContextVar("spoken", default=DEFAULT)


@contextmanager
def speaking(language: str) -> Iterator[Manner]:
    """Speak a language for as long as this lasts, in this thread or task alone."""
    token = _spoken.set(language if language in LANGUAGES else DEFAULT)
    try:
        with wording.spoken_by(translated):
            yield Manner(_spoken.get(), moment)
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The language of the moment."""
    return _spoken.get()


def translated(english: str) -> str:
    """A sentence of the sources in the language of the moment."""
    if _spoken.get() == Language.ENGLISH:
        return english
    for catalogue in _catalogues(_spoken.get()):
        found = catalogue.gettext(english)
        if found != english:
            return found
    return english


def moment(at: datetime) -> str:
    """A moment in Almaty, to the minute."""
    return f"{at.astimezone(zone()):%d.%m.%Y %H:%M}"


@cache
def _catalogues(language: str) -> tuple[gettext.NullTranslations, ...]:
    return tuple(
        gettext.translation("django", localedir=str(folder), languages=[language], fallback=True) for folder in _FOLDERS
    )
