"""Closed lists whose members carry their names in Kazakh, Russian and English."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Language(StrEnum):
    """The three languages in which everything of the product is complete."""

    KAZAKH = "kk"
    RUSSIAN = "ru"
    ENGLISH = "en"


class Labelled(StrEnum):
    """A member is its code, a string that travels and is stored; its names are data beside it.

    A member is declared as `CODE = code, kk, ru, en`. The Kazakh and Russian names are the act's own
    words where the list is the act's; the English ones are always ours, for no act has an English text.
    """

    __hash__ = str.__hash__

    _value_: str
    kk: str
    ru: str
    en: str

    def __new__(cls, code: str, kk: str = "", ru: str = "", en: str = "") -> Self:
        """Declare a member. The names have defaults for `List("code")`, which looks a member up, only."""
        if not (kk and ru and en):
            raise TypeError(f"{code} lacks a name in Kazakh, Russian or English")
        member = str.__new__(cls, code)
        member._value_ = code
        member.kk, member.ru, member.en = kk, ru, en
        return member

    def label(self, language: str) -> str:
        """The name in `language`, a `Language` or its code; ValueError for any other language."""
        return {Language.KAZAKH: self.kk, Language.RUSSIAN: self.ru, Language.ENGLISH: self.en}[Language(language)]
