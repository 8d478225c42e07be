"""What each route for inspectors does: they read as the pages do, and the journal says who read what (D26.journal)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qorgan.gate.api import reports, taken
from qorgan.gate.api.call import Answer, Call
from qorgan.gate.ceremonies import wording
from qorgan.gate.clients.act import Act
from qorgan.gate.inspection import evidence, looking
from qorgan.gate.inspection.period import period_of
from qorgan.gate.inspection.searching import searched
from qorgan.gate.journal.search.asked import word
from qorgan.gate.journal.search.search import LARGEST, SIZE
from qorgan.gate.lockout.counting import Counter, charge
from qorgan.kit.api.bodies import unreadable
from qorgan.kit.refusal import Refusal

CSV: Final = "text/csv"
_DIGITS: Final = 4


def search_journal(call: Call) -> Answer:
    """Look for entries of the journal, at hand and in the archive, the newest first. Each search is written down."""
    _count(call)
    _check(call)
    page = searched(
        call.query,
        act=Act(now=call.now, whence=call.whence),
        caller=call.caller.pk,
        after=word(call.query, "after"),
        size=_size(call),
    )
    return Answer(reports.entries(page))


def figures(call: Call) -> Answer:
    """What happened in a period by which clause, and what without any. Each look is written down."""
    _count(call)
    _check(call)
    act = Act(now=call.now, whence=call.whence)
    found = looking.seen(period_of(call.query, call.now), act=act, caller=call.caller.pk)
    return Answer(reports.figures(found))


def take_evidence(call: Call) -> Answer:
    """Take evidence of a period along: a file, whose digest is in Repr-Digest and in the journal."""
    _count(call)
    asked: taken.Evidence = call.body
    made = evidence.take(
        period_of({"since": [asked.since], "until": [asked.until]}, call.now),
        form=asked.form,
        act=Act(now=call.now, whence=call.whence),
        events=tuple(dict.fromkeys(asked.events)),
        caller=call.caller.pk,
    )
    return Answer(made.body, media_type=made.media_type, headers=made.headers)


def _count(call: Call) -> None:
    """One program asks so often within the window: each search leaves an entry, and may open files of many days."""
    limits = settings.CONFIG.limits
    window = timedelta(minutes=limits.window_minutes)
    if not charge([Counter(f"inspection:caller:{call.caller.pk}", limits.asked_per_inspector, window)], call.now):
        raise wording.too_many()


def _check(call: Call) -> None:
    """A word that is empty was to be another: without it far more would be found."""
    for name, words in call.query.items():
        if not all(one.strip() for one in words):
            raise unreadable(name)


def _size(call: Call) -> int:
    said = word(call.query, "size") or str(SIZE)
    size = int(said) if said.isascii() and said.isdigit() and len(said) <= _DIGITS else 0
    if not 1 <= size <= LARGEST:
        words = _("Give a number from 1 to %(largest)s.") % {"largest": LARGEST}
        raise Refusal("size-malformed", words, status=400, field="size")
    return size
