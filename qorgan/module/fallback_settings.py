"""What an operator decides about the day ASOI is away: the tables `[fallback]` and `[letter]` of the configuration."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

Line = Annotated[str, Meta(max_length=300)]
Lines = tuple[Line, ...]
Seconds = Annotated[float, Meta(ge=0.05, le=3_600)]

NUMBER: Final = "{number}"
YEAR: Final = "{year}"


class Letterhead(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the institution's official letters look."""

    name_kk: Line = ""
    """Name of the institution; '' for that of the enrolment."""
    name_ru: Line = ""
    address: Lines = ()
    """Lines under the name: address, phone, e-mail."""
    number: Annotated[str, Meta(max_length=60)] = NUMBER
    """Form of a letter's number: `{number}` is the running one, `{year}` the year of the letter."""
    addressee_kk: Lines = ()
    """To whom; none: the sectoral centre by its name in the act."""
    addressee_ru: Lines = ()
    signatory: Line = ""
    """Who signs: surname and initials. '' for the head who agreed."""
    signatory_position_kk: Line = ""
    signatory_position_ru: Line = ""

    def __post_init__(self) -> None:
        """Refuses a form of numbers without the number."""
        if NUMBER not in self.number:
            raise ValueError("number must hold {number}, as 15-03/{number} does")


class FallbackTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When ASOI counts as away, and what stands in for it."""

    portal: str = ""
    """Address of ASOI's portal, where cards go once it is back; '' when it is that of `hub.url`."""
    every_seconds: Seconds = 30.0
    """How often ASOI is looked for."""
    away_after_tries: Annotated[int, Meta(ge=2, le=1_000)] = 5
    """Looks in a row without an answer, while the anchors answer."""
    away_after_seconds: Annotated[float, Meta(ge=0, le=86_400)] = 180.0
    """Least time between the first and the last of them."""
    back_after_answers: Annotated[int, Meta(ge=1, le=1_000)] = 3
    """Good answers in a row after which it is back."""
    anchors: tuple[str, ...] = ()
    """Places, as `192.0.2.1:53`, of which one answers whenever the network here is well; none: the name servers."""
    desk: str = "127.0.0.1:8461"
    """Loopback address of the desk where a card is drafted meanwhile."""
    hours: Annotated[int, Meta(ge=1, le=720)] = 24
    """Signals of so many hours are offered for a card."""
    call_from: Line = ""
    """The phone registered for this institution in ASOI."""
    call_to: Line = ""
    """The number that the authority has published for such calls."""

    gates: tuple[str, ...] = ()
    """Names of sources that are logs of gates: of what these tell of disruptions of sign-in, cards are drafted."""
    language: Literal["kk", "ru", "en"] = "kk"
    """In which language the module drafts them."""

    def __post_init__(self) -> None:
        """Refuses anchors and a desk that cannot be."""
        for anchor in self.anchors:
            host, _, port = anchor.rpartition(":")
            if not host or not port.isdecimal() or not 0 < int(port) <= 65_535:  # noqa: PLR2004 (ports)
                raise ValueError("anchors must be host:port, as 192.0.2.1:53 is")
        host, _, port = self.desk.rpartition(":")
        if host.strip("[]") not in {"127.0.0.1", "::1", "localhost"} or not port.isdecimal():
            raise ValueError("desk must be a loopback address with its port, as 127.0.0.1:8461 is")

    def desk_place(self) -> tuple[str, int]:
        """Host and port of the desk."""
        host, _, port = self.desk.rpartition(":")
        return host.strip("[]"), int(port)
