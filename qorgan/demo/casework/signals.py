"""A card out of signals that an institution's module really sent: made once the first have come (R67.12)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from qorgan.demo.casework.cards import CARD
from qorgan.demo.casework.hands import Hands
from qorgan.hub.casework import access, drafts, engine
from qorgan.hub.casework.models import Draft
from qorgan.hub.incidents.actions import start_card
from qorgan.hub.signals.models import Signal
from qorgan.law.asoi import SignalType

WHOSE: Final = "trial-post"
SIGNALS: Final = 3
_TYPE: Final = SignalType.WAF


def has_card(hands: Hands, now: datetime) -> bool:
    """Whether it was made."""
    hands.maker(WHOSE, now)
    cards = Draft.objects.filter(author=hands.organisations[WHOSE], document__kind=CARD)
    return cards.filter(content__signals__0__isnull=False).exists()


def make_card(hands: Hands, now: datetime) -> int:
    """Let the security operations centre make its card and send it. Gives of how many signals: 0 while too few came."""
    by = hands.maker(WHOSE, now)
    author = hands.organisations[WHOSE]
    newest = Signal.objects.filter(organisation=author, type=_TYPE).order_by("-received_at")[:SIGNALS]
    refs = [f"{one.module_id}/{one.sequence}" for one in newest]
    if len(refs) < SIGNALS:
        return 0
    card = start_card(refs, author=author, by=by, now=now)
    words = access.draft_for(card).content
    said = {
        "category": "exploit",
        "found_at": words.get("found_at") or now.isoformat(),
        "description": "Атаки на портал клиентов отбиты\nКарта сделана из сигналов модуля.",
        "status": "contained",
        "outcome": "attempt",
        "severity": "medium",
        "tlp": "TLP:AMBER",
    }
    drafts.edit(card.pk, words | said, by=by, now=now)
    drafts.propose(card.pk, by=by, now=now)
    head = hands.head(WHOSE, now)
    drafts.agree(card.pk, by=head, now=now)
    engine.perform(card.pk, "submit", by=hands.maker(WHOSE, now), now=now)
    return len(refs)
