"""What a card lacks, by its stage, in the order of its form, each with the rule that asks for it (R67.12, R67.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from qorgan.cards.content import Card
from qorgan.cards.correctness import contradictions
from qorgan.cards.discretion import indiscretions
from qorgan.cards.form import CLAUSE, FIELDS, FINAL, UPDATE
from qorgan.cards.lack import Lack
from qorgan.cards.wording import Worded
from qorgan.cards.wording import worded as _
from qorgan.cards.words import Channel, Status
from qorgan.law.incidents import IncidentCategory

FALLBACK: Final = "R48I.3-fallback"
OWN_NUMBERS: Final = frozenset({"contacts", "third_party", "told", "signals", "related"})
"""Fields that ask for phones of the institution's own people, for a BIN, or for references that are long numbers."""

_ORDER: Final = {field.name: place for place, field in enumerate(FIELDS)}


def lacks(card: Card) -> list[Lack]:
    """What the card lacks to be sent at its stage, in the order of the form."""
    found = [*_first(card), *_by_phone(card), *contradictions(card), *indiscretions(card, FIELDS, OWN_NUMBERS)]
    if card.stage >= UPDATE:
        found += _update(card)
    if card.stage >= FINAL:
        found += _final(card)
    return sorted(found, key=lambda lack: _ORDER[lack.field])


_Rule = tuple[str, Callable[[Card], bool], Worded]
"""A field, whether it is filled in well, and what to say where it is not."""

_FIRST: Final[tuple[_Rule, ...]] = (
    ("category", lambda card: card.category is not None, _("Choose one of the seven categories.")),
    ("found_at", lambda card: card.found_at is not None, _("Say when it was found: “at once” is counted from then.")),
    ("description", lambda card: bool(card.description.strip()), _("Say in a few words what happened.")),
    ("status", lambda card: card.status is not None, _("Say how it stands.")),
    ("outcome", lambda card: card.outcome is not None, _("Say whether it was an attempt or has succeeded.")),
    ("severity", lambda card: card.severity is not None, _("Judge how grave it is.")),
    ("tlp", lambda card: card.tlp is not None, _("Say who may read it.")),
    (
        "contacts",
        lambda card: any(one.name.strip() and (one.phone.strip() or one.email.strip()) for one in card.contacts),
        _("Name at least one who answers round the clock, with a phone or an address."),
    ),
)

_UPDATE: Final[tuple[_Rule, ...]] = (
    ("vector", lambda card: card.vector is not None, _("Say where it came from, or that it is not known yet.")),
    ("systems", lambda card: any(one.name.strip() for one in card.systems), _("Name the systems that are touched.")),
    (
        "transfers",
        lambda card: card.category is not IncidentCategory.UNAUTHORISED_TRANSFER or _has_sums(card),
        _("Give the sums of the transfers: attempted and executed at least."),
    ),
    ("clients_affected", lambda card: card.clients_affected is not None, _("Say how many clients are touched, or 0.")),
    ("personal_data", lambda card: card.personal_data is not None, _("Say whether personal data are touched.")),
    ("measures_taken", lambda card: bool(card.measures_taken.strip()), _("Say what was done so far.")),
)

_FINAL: Final[tuple[_Rule, ...]] = (
    ("status", lambda card: card.status is Status.RESOLVED, _("A final report is of a matter that is resolved.")),
    (
        "outage_end",
        lambda card: card.outage_start is None or card.outage_end is not None,
        _("Say since when the systems work again."),
    ),
    ("root_cause", lambda card: bool(card.root_cause.strip()), _("Say what the root cause was.")),
    ("lessons", lambda card: bool(card.lessons.strip()), _("Say what was learnt.")),
    (
        "remedies",
        lambda card: (
            bool(card.remedies) and all(one.what.strip() and one.owner.strip() and one.due for one in card.remedies)
        ),
        _("Say what is done so that it does not come again, each with a role that answers for it and a day."),
    ),
)


def _first(card: Card) -> Iterator[Lack]:
    return _broken(_FIRST, card)


def _update(card: Card) -> Iterator[Lack]:
    yield from _broken(_UPDATE, card)
    if card.channel is Channel.PHONE and not (card.told and card.told.letter_number.strip() and card.told.letter_date):
        yield Lack("told", _("Give the number and the date of the letter."), FALLBACK)


def _final(card: Card) -> Iterator[Lack]:
    return _broken(_FINAL, card)


def _by_phone(card: Card) -> Iterator[Lack]:
    if card.channel is Channel.PHONE and not (card.told and card.told.called_at and card.told.called_from.strip()):
        yield Lack("told", _("Say when the call was made, and from which number."), FALLBACK)


def _broken(rules: tuple[_Rule, ...], card: Card) -> Iterator[Lack]:
    return (Lack(field, str(message), CLAUSE) for field, holds, message in rules if not holds(card))


def _has_sums(card: Card) -> bool:
    return card.transfers is not None and None not in {card.transfers.attempted, card.transfers.executed}
