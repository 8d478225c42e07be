"""How a content is asked of a person: one table of fields for each kind, from which forms and pages are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qorgan.cards.lack import Sentence
from qorgan.law.labels import Labelled


class Widget(StrEnum):
    """By what a person gives a value."""

    LINE = "line"
    TEXT = "text"
    LINES = "lines"
    """A tuple of strings, one on each line."""
    ITEMS = "items"
    """A tuple of strings that are numbered, each as long as it needs: recommendations."""
    CHOICE = "choice"
    CHOICES = "choices"
    """A tuple out of a closed list."""
    MOMENT = "moment"
    """An aware time, given in Almaty's."""
    DATE = "date"
    """A day without a time."""
    NUMBER = "number"
    YES_NO = "yes-no"
    """True, false, or not said."""
    ROWS = "rows"
    """A tuple of structs, one row each."""
    GROUP = "group"
    """One struct inside, or nothing."""
    DOCUMENTS = "documents"
    """Numbers of other documents that the author sees."""
    SIGNALS = "signals"
    """References of signals, `module/sequence`."""


Choice = tuple[str, Callable[[str], str]]
"""A value and its label in a language."""


def of(labels: type[Labelled]) -> tuple[Choice, ...]:
    """The choices of a closed list of the law."""
    return tuple((str(one.value), one.label) for one in labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a content. `name` is that of the struct's attribute."""

    name: str
    label: Sentence
    widget: Widget
    section: Sentence = ""
    """The heading it stands under."""
    help: Sentence = ""
    clause: str = ""
    """Why it is asked, where the law asks it."""
    stage: int = 1
    """From which stage of the document on it is shown: 1 first notice, 2 update, 3 final."""
    choices: tuple[Choice, ...] = ()
    columns: tuple[Field, ...] = ()
    """Of a row, or of the struct inside."""
    when: Callable[[Any], bool] | None = None
    """Whether it is asked, by what else the content says."""
