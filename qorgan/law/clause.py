"""What a provision of the law is to the product: an act, its editions, a clause, a term, a retention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qorgan.law.labels import Labelled, Language


class Source(Labelled):
    """What our knowledge of an act's wording rests on."""

    OFFICIAL = (
        "official",
        "қазақ және орыс тілдеріндегі ресми мәтін",
        "официальный текст на казахском и русском языках",
        "official text in Kazakh and Russian",
    )
    AI_TRANSLATION = (
        "ai-translation",
        "заңдық күші жоқ машиналық аударма; ресми мәтін көрілмеген",
        "машинный перевод без юридической силы; официальный текст не виден",
        "machine translation without legal force; official wording not seen",
    )
    NEWS = (
        "news",
        "тек жаңалықтар бойынша белгілі; мәтін көрілмеген",
        "известно только из новостей; текст не виден",
        "known from news only; wording not seen",
    )

    @property
    def wording_seen(self) -> bool:
        """Whether the official wording was read, without which no clause is fulfilled to the letter."""
        return self is Source.OFFICIAL


class Kind(StrEnum):
    """How the product answers a clause."""

    FUNCTION = "function"
    """The software does it."""
    CONTROL = "control"
    """The software keeps the obligation, its owner, its clock and its evidence."""
    SCOPE = "scope"
    """It only bounds where another clause applies."""


@dataclass(frozen=True, slots=True)
class Act:
    """A normative act. Its titles are the official ones unless `titles_are_ours` names the languages."""

    id: str
    """The prefix of its clauses' ids: "R67"."""
    slug: str
    """The name of its file in the register, and of its module in this room if it has lists or terms."""
    citation: str
    """Body, number, date and registration, in English."""
    adopted: date
    kk: str
    ru: str
    en: str
    titles_are_ours: frozenset[Language]
    """Languages in which no official title was seen; English is always among them."""
    source: Source
    note: str
    """What is doubtful about its dates, its wording or its successors; empty when nothing is."""

    def title(self, language: str) -> str:
        """The act's title in `language`, a `Language` or its code."""
        return {Language.KAZAKH: self.kk, Language.RUSSIAN: self.ru, Language.ENGLISH: self.en}[Language(language)]


@dataclass(frozen=True, slots=True)
class Edition:
    """One wording of an act's provisions and the days on which it binds."""

    act: str
    name: str
    """The edition's name inside its act: "2025"."""
    made_by: str
    """The act that gave this wording."""
    in_force_from: date
    in_force_to: date | None
    """The last day it binds; None while no end is known."""
    dates_rest_on: str
    """How the two dates are known, and how surely."""

    def binds(self, on: date) -> bool:
        """Whether this edition was or will be in force on that day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


@dataclass(frozen=True, slots=True)
class Clause:
    """One provision, in our own words, and what the product must show for it."""

    id: str
    """What code and tests cite: "R67.8.2"."""
    act: Act
    item: str
    """The number inside the act: "8.2"; for an act whose wording was not seen, our own word for it."""
    edition: Edition
    part: str
    """The room that answers it."""
    kind: Kind
    says: str
    must_show: str
    claimed: bool
    """Whether this release says that the clause holds; `make clauses` then demands code and a test."""
    claim: str
    """How far the claim reaches when it is not the whole clause: "the receipt"."""
    note: str
    """Where the Kazakh and the Russian wording part, or what else a reader must know."""

    @property
    def source(self) -> Source:
        """What our knowledge of the wording rests on."""
        return self.act.source

    @property
    def in_force_from(self) -> date:
        """The first day on which this edition of the clause binds."""
        return self.edition.in_force_from

    @property
    def in_force_to(self) -> date | None:
        """The last day on which it binds; None while no end is known."""
        return self.edition.in_force_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A time the law gives for an act: so many working days, or so many calendar months, never both."""

    clause: str
    starts: str
    """The event that starts the clock, in our own words."""
    working_days: int | None = None
    months: int | None = None

    def __post_init__(self) -> None:
        given = [length for length in (self.working_days, self.months) if length is not None]
        if len(given) != 1 or given[0] < 1:
            raise ValueError(f"a term of {self.clause} needs working days or months, one of them, at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long something is kept at the least, in calendar months since it was recorded."""

    clause: str | None
    """The clause that says so; None where no clause of the register does."""
    read: str
    """What a text that we hold says of the time, in our own words, and which text; '' where none says anything."""
    reading: str
    """What of these numbers is our own reading and no act's word; '' where they are all read from an act."""
    at_hand_months: int
    """Months during which it can be searched at once."""
    archive_months: int
    """Further months in the archive after it left the searchable store; 0 when the law names no archive."""

    def __post_init__(self) -> None:
        if not self.read and not self.reading:
            raise ValueError("a retention says where its months come from")
        if self.clause is not None and not self.read:
            raise ValueError(f"a retention that cites {self.clause} says what is read there")

    @property
    def basis(self) -> str:
        """Where the months come from, in one sentence: the act's word first, then what is ours."""
        words = self.read or "no act that we hold names a time"
        return f"{words}; our reading: {self.reading}" if self.reading else words

    @property
    def months(self) -> int:
        """Months from recording to the first day on which it may be destroyed."""
        return self.at_hand_months + self.archive_months
