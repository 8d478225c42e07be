"""What is taken down of a report by phone, and of the letter that follows it (R48I.3-fallback)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from qorgan.law.incidents import IncidentCategory
from qorgan.law.labels import Labelled
from qorgan.wire.signal import Moment

Line = Annotated[str, Meta(max_length=300)]
Text = Annotated[str, Meta(max_length=20_000)]


class Match(Labelled):
    """How the calling number stands to the profile of the institution."""

    REGISTERED = "registered", "бейінде тіркелген нөмір", "номер из профиля", "the number of the profile"
    ANOTHER = "another", "бейіндегіден басқа нөмір", "не тот номер, что в профиле", "another than the profile's"
    NONE = "none", "бейінде нөмір жоқ", "в профиле номера нет", "the profile has none"


class PhoneReport(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report by phone. The institution that called is its addressee."""

    called_at: Moment | None = None
    calling_number: Line = ""
    number_is: Match | None = None
    """As it stood when it was taken down; the hub holds it against the profile."""
    call_back: Text = ""
    """Who was called back under which known number, where the calling number is not the profile's."""
    caller: Line = ""
    caller_position: Line = ""
    category: IncidentCategory | None = None
    found_at: Moment | None = None
    description: Text = ""
    """The first line is the title."""
    read_back: bool | None = None
    """Whether it was read back to the caller, who agreed to it."""
    letter_expected: bool | None = None
    letter_number: Line = ""
    letter_date: date | None = None
    letter_received_at: Moment | None = None

    @property
    def title(self) -> str:
        """The first line of the description."""
        return self.description.strip().partition("\n")[0].strip()

    @property
    def has_letter(self) -> bool:
        """Whether the letter has come."""
        return bool(self.letter_number.strip() and self.letter_date and self.letter_received_at)
