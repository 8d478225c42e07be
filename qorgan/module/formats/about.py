"""What an event is about and how it ended, where its words and fields tell, whatever the product."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from qorgan.module.event import Activity, Event, Outcome
from qorgan.module.formats.address import address
from qorgan.module.formats.scale import activity_of_words, outcome_by_action, outcome_of
from qorgan.module.formats.text.around import fields_in
from qorgan.module.formats.tidy import joined

_LONGEST_WORDS: Final = 1_000
_LONGEST_MESSAGE: Final = 200
_BY_WORDS: Final = frozenset((Activity.SIGN_IN, Activity.FINDING, Activity.MAIL))
SIGN_IN_WORDS: Final = {Outcome.FAILURE: "authentication failure", Outcome.SUCCESS: "authentication success"}
"""Stand in the category of every sign-in, whoever wrote it."""


def about(
    event: Event, outcome: Outcome = Outcome.UNKNOWN, *, method: str = "", head: str = "", by_message: bool = True
) -> Event:
    """The event with what it is about and how it ended, where its words and fields tell and it does not say yet.

    `outcome` is what the record's own field for it says, `method` that of a request; `by_message` is whether its
    message may tell what it is about, where nothing else does.
    """
    activity = event.activity or activity_of(event, method, head, by_message=by_message)
    ended, category = event.outcome or outcome_by_action(activity, event.action), event.category
    changed: dict[str, Any] = {}
    if activity is Activity.SIGN_IN:
        if not event.source_address:
            changed = _out_of_words(event)
        ended = ended or outcome or outcome_of(f"{event.rule_name} {event.kind} {head}") or outcome_of(event.message)
        category = joined((category, SIGN_IN_WORDS.get(ended, "")))
    if not changed and (activity, ended, category) == (event.activity, event.outcome, event.category):
        return event
    return replace(event, activity=activity, outcome=ended, category=category, **changed)


def activity_of(event: Event, method: str = "", head: str = "", *, by_message: bool = True) -> Activity:
    """What an event is about, by its words and by which of its fields are filled."""
    if event.mail_sender or event.mail_subject:
        return Activity.MAIL
    told = activity_of_words(f"{head} {event.kind} {event.category} {event.rule_name}"[:_LONGEST_WORDS])
    if told in _BY_WORDS:
        return told
    if method or (event.path and (event.host or event.source_address)):
        return Activity.REQUEST
    ends = event.destination_address and (told or event.destination_port or event.protocol)
    if event.source_address and (ends or told is Activity.CONNECTION):
        return Activity.CONNECTION
    if event.hashes and event.rule_name:
        return Activity.FINDING
    said = activity_of_words(event.message[:_LONGEST_MESSAGE]) if by_message else Activity.OTHER
    return said if said in _BY_WORDS else Activity.OTHER


def _out_of_words(event: Event) -> dict[str, str]:
    """From where, and who: of a sign-in it counts, and many a product says it in its message alone."""
    said = fields_in(event.message[:_LONGEST_WORDS])
    found = {"source_address": address(said.get("source_address", ""))}
    if not event.user and said.get("user"):
        found["user"] = said["user"]
    return {name: value for name, value in found.items() if value}
