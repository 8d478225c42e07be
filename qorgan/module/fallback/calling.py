"""What to say on the phone, in order, in the speaker's language (R48I.3-fallback, D26.asoi)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from qorgan.cards.content import Card
from qorgan.cards.form import FIELDS
from qorgan.cards.manner import Manner
from qorgan.cards.shown import shown
from qorgan.cards.wording import worded as _
from qorgan.wire.package import Away

READ_OUT = ("category", "found_at", "started_at", "description", "status", "outcome", "severity", "tlp", "contacts")
"""What the centre takes down, and what it asks next, in the order of the card."""


class Step(Struct, frozen=True, kw_only=True):
    """One thing to do or to say."""

    do: str
    """What to do; '' where only words are read out."""
    say: tuple[str, ...] = ()
    """The very words to read out, a paragraph each."""


class Caller(Struct, frozen=True, kw_only=True):
    """Who calls whom."""

    institution: str
    bin: str
    call_from: str
    call_to: str
    letter: str
    """Number of the letter that follows; '' before it has one."""
    drill: bool
    """Said before anything else, and again at the end."""


def script(card: Card, caller: Caller, away: tuple[Away, ...], manner: Manner) -> tuple[Step, ...]:
    """The call from its first step to its last. The language is that of the moment."""
    return tuple(_steps(card, caller, away, manner))


def _steps(card: Card, caller: Caller, away: tuple[Away, ...], manner: Manner) -> Iterator[Step]:
    yield Step(
        do=str(
            _(
                "Call from %(from)s, the number registered for this institution in ASOI. "
                "A call from another number is called back first."
            )
            % {"from": caller.call_from or "________"}
        )
    )
    yield Step(
        do=str(
            _("Call %(to)s, the number that the authority has published for this.")
            % {"to": caller.call_to or "________"}
        )
    )
    since = manner.moment(_start(away)) if away else "________"
    drill = (str(_("This is a drill.")),) if caller.drill else ()
    yield Step(
        do=str(_("Say who calls and why by phone:")),
        say=(
            *drill,
            str(
                _(
                    "I call for %(institution)s, BIN %(bin)s. I report an information security incident by phone, "
                    "because neither ASOI nor the guaranteed-delivery transport system answers. "
                    "ASOI has been away since %(since)s."
                )
                % {"institution": caller.institution, "bin": caller.bin, "since": since}
            ),
            str(_("My name and position are: ________.")),
        ),
    )
    yield Step(do=str(_("Read out the card, line by line:")), say=tuple(_card(card, manner)))
    yield Step(do=str(_("Ask that it is read back to you, and correct what was heard wrongly.")))
    yield Step(do=str(_("Ask for the number of the centre's report and who took it down, and write both below.")))
    letter = (
        _("The official letter No. %(number)s follows on paper. The card goes up by itself when ASOI is back.")
        % {"number": caller.letter}
        if caller.letter
        else _("An official letter follows on paper. The card goes up by itself when ASOI is back.")
    )
    yield Step(do=str(_("Say what comes next:")), say=(str(letter), *drill))


def _card(card: Card, manner: Manner) -> Iterator[str]:
    unknown = _("not known yet")
    for field in FIELDS:
        if field.name in READ_OUT:
            said = shown(field, getattr(card, field.name), manner)
            yield f"{field.label}: {'; '.join(said) if said else str(unknown)}"


def _start(away: tuple[Away, ...]) -> datetime:
    return datetime.fromisoformat(away[-1].since)
