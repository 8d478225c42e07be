"""Verbs of cards that the engine does not have: a card is started from signals in one step (R67.12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from qorgan.cards.correctness import reference_of
from qorgan.cards.manner import Manner
from qorgan.cards.prefill import Own, prefill
from qorgan.hub.casework import drafts
from qorgan.hub.casework.exact import plain
from qorgan.hub.casework.models import Document
from qorgan.hub.incidents.kind import INCIDENT_CARD
from qorgan.hub.members import access as members
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.signals import access as signals
from qorgan.kit.refusal import Refusal
from qorgan.wire.record import decode
from qorgan.wire.signal import Signal

CLAUSE: Final = "R67.12"
MOST_SIGNALS: Final = 200
"""So many can be chosen on the pages of a search; each is read by itself."""


@transaction.atomic
def start_card(signal_refs: Iterable[str], *, author: UUID, by: Scope, now: datetime, drill: bool = False) -> Document:
    """Begin a card of an institution with all that signals of its own tell. Raises Refusal."""
    members.enter(by)
    signals.require_signals(by)
    institution = members.organisation_for(author)
    refs = list(dict.fromkeys(signal_refs))
    read = {ref: _read(ref, author) for ref in _within_bounds(refs)}
    signals.note(Act.SIGNALS_READ, by=by, now=now, organisation=author, detail={"signals": refs})
    own = Own(frozenset(str(domain).lower() for domain in institution.domains), tuple(institution.networks))
    said = plain(prefill(read, _manner(), own))
    # What the signals do not say is left to what every new card begins with.
    content = {name: value for name, value in said.items() if value not in (None, "", [], ())}
    return drafts.create(INCIDENT_CARD.code, author=author, by=by, now=now, content=content, drill=drill)


def _manner() -> Manner:
    """The language and the times of whoever asks."""
    return Manner(
        translation.get_language() or "kk",
        lambda at: date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT"),
    )


def _within_bounds(refs: list[str]) -> list[str]:
    if not refs:
        raise _wrong("signals-missing", _("Choose the signals that the card is about."))
    if len(refs) > MOST_SIGNALS:
        raise _wrong("signals-too-many", _("Choose at most %(most)s signals.") % {"most": MOST_SIGNALS})
    return refs


def _read(ref: str, author: UUID) -> Signal:
    """The signal of a reference, if it is the author's own. Raises Refusal."""
    name = reference_of(ref)
    if name is None:
        raise _wrong("signal-malformed", _("“%(value)s” is no reference of a signal.") % {"value": ref})
    row = signals.signal_for(*name)
    if row.organisation_id != author:
        raise _wrong("signal-of-another", _("A card is made from signals of its own institution alone."))
    return decode(row.record)


def _wrong(code: str, message: object) -> Refusal:
    return Refusal(code, str(message), CLAUSE, HTTPStatus.UNPROCESSABLE_ENTITY, field="signals")
