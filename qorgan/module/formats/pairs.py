"""An Event out of a record's names and values, by the vocabulary: what every structured format comes down to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from qorgan.module.event import Activity, Event
from qorgan.module.formats.about import about
from qorgan.module.formats.cleaned import (
    LONGEST_CATEGORY,
    REQUEST_LINE,
    action_in,
    address_in,
    categories_in,
    count_of,
    domain_in,
    kind_in,
    name_in,
    outcome_in,
    parted,
    port_in,
    protocol_in,
    request_in,
    severity_in,
    time_in,
)
from qorgan.module.formats.counted import FAILURES, NAMED, WINDOW, counts_in, listed, number_of, window_of
from qorgan.module.formats.gathered import Gathered
from qorgan.module.formats.hashes import hashes_in
from qorgan.module.formats.languages import in_english, is_foreign, is_of_its_own
from qorgan.module.formats.moment import Times
from qorgan.module.formats.scale import is_attack, is_found
from qorgan.module.formats.tidy import joined, techniques_in, tidied
from qorgan.module.formats.verdict import action_of
from qorgan.module.formats.vocabulary import places_of

MOST_PAIRS: Final = 512
_MAIL: Final = re.compile(r"[^\s<>\"'(),:;]{1,128}@[^\s<>\"'(),:;]{1,255}")
_MAIL_NAME: Final = re.compile(r"mail|msg|message", re.IGNORECASE)
_CLEAN: Final = frozenset(("0", "false", "no", "clean", "ok", "notspam", "none", "undefined"))
_LONGEST_APPLICATION: Final = 64
_WORDY: Final = re.compile(r"[A-Za-z]{3,24}(?:[_ -][A-Za-z]{2,24}){0,6}")
_LONGEST_TOLD: Final = 1_000
_SENTENCE: Final = 4
"""Spaces of a value that may be a sentence."""
_MOST_SENTENCES: Final = 4
_MOST_TOLD: Final = 12
"""Pairs among which a sentence with a colon is looked for."""
_FEW: Final = 2
"""Spaces of a name that may be how a sentence begins."""
_TITLE: Final = 100
"""Characters of a message that may be a title."""
_OPEN: Final = frozenset((Activity.OTHER, Activity.CONNECTION))
"""What a record may be about besides the threat of which it names the sort."""


class Sensor(Struct, frozen=True, kw_only=True):
    """What is known of a record before its pairs are looked at."""

    format: str
    vendor: str = ""
    product: str = ""
    time: str = ""
    """Time of its syslog header."""
    host: str = ""
    """Host of its syslog header."""
    head: str = ""
    """Words of the record before its pairs."""
    event_id: str = ""
    """The event's id out of the record's own header."""


def event_of(
    pairs: Mapping[str, str],
    *,
    record: str,
    sensor: Sensor,
    times: Times,
    renamed: Mapping[str, str] | None = None,
    fixed: Mapping[str, Any] | None = None,
    categories: Iterable[str] = (),
) -> Event:
    """The event that names and values come to.

    `renamed` says of a product's own names which fields they fill; `fixed` are fields that are known beforehand, and
    `categories` words that stand with those of the record.
    """
    found = Gathered(pairs, renamed or {})
    head = sensor.head[:LONGEST_CATEGORY]
    told, said = _told(pairs)
    event = Event(
        format=sensor.format,
        vendor=sensor.vendor or found.first("vendor") or "unknown",
        product=sensor.product or found.first("product") or "unknown",
        record=record,
        time=time_in(found, times) or times.read(sensor.time),
        kind=_kind(found, sensor.event_id).lower(),
        rule_id=found.first("rule_id") or sensor.event_id,
        category=joined((*categories_in(found), *parted(categories), *_translated(found, record, pairs, told))),
        action=action_in(found) or action_of(head),
        machine=found.first("machine") or sensor.host,
        message=found.first("message") or f"{head} {said}".strip(),
        more=dict(pairs) | counts_of(found, f"{found.first('rule_name')} . {found.first('message')}", pairs),
        **_ends(found),
        **_things(found, record),
    )
    if fixed:
        event = replace(event, **fixed)
    if event.rule_name and _is_threat(found, "rule_name"):
        head = f"{head} threat"
        if not event.activity and _is_seen_passing(event) and _is_threat(found, "rule_name", is_attack):
            event = replace(event, activity=Activity.FINDING)
    method = found.first("method") or ("get" if REQUEST_LINE.match(found.first("url")) else "")
    tells = bool(event.activity) or not (event.message and _is_threat(found, "category", is_attack))
    event = about(event, outcome_in(found), method=method, head=head, by_message=tells)
    if event.activity in _OPEN and _is_threat(found, "category"):
        event = replace(event, activity=Activity.FINDING)
    return tidied(event)


def _told(pairs: Mapping[str, str]) -> tuple[str, str]:
    """A sentence with a colon in it, which looks like a name of some words and its value: its beginning, and whole."""
    for name, value in islice(pairs.items(), _MOST_TOLD):
        if name.count(" ") >= _FEW and value.count(" ") >= _SENTENCE and not places_of(name):
            return name, f"{name}: {value}"
    return "", ""


def _translated(found: Gathered, record: str, pairs: Mapping[str, str], told: str) -> Iterable[str]:
    """Of a record in another language, what the words for its kind, its class and what was found are in English.

    Where those say nothing a short sentence under any name is read as a title.
    """
    if not is_foreign(record):
        return ()
    said = [value for place in ("kind", "category", "rule_name") for value in found.values(place)]
    titles = [each for each in (found.first("message"), told, *_sentences(pairs)) if len(each) <= _TITLE]
    if any(map(is_of_its_own, titles)):
        return ()
    return [*_words(said)] or [*_words(titles)]


def _words(texts: Iterable[str]) -> Iterator[str]:
    return chain.from_iterable(map(in_english, texts))


def _kind(found: Gathered, event_id: str) -> str:
    """The kind of record; an event's id in words says more of it than what was done."""
    kind = kind_in(found)
    if kind and not (_WORDY.fullmatch(event_id) and kind in set(found.values("action"))):
        return kind
    return event_id or kind


def counts_of(found: Gathered, said: str, pairs: Mapping[str, str]) -> dict[str, str]:
    """What a record counts, by its fields' names, and by what it says where no name does."""
    counted = dict(counts_in(said)) or _counts_beside(pairs)
    for field, _ in NAMED:
        if found.has(field) and (number := next((n for v in found.values(field) if (n := number_of(field, v))), "")):
            counted[field] = number
    if FAILURES in counted and WINDOW not in counted:
        within = next((each for value in found.values(FAILURES) if (each := window_of(value))), "")
        counted |= {WINDOW: within} if within else {}
    return listed(counted)


def _counts_beside(pairs: Mapping[str, str]) -> dict[str, str]:
    """What the first of the other sentences of a record counts, under whatever name it stands."""
    said = _sentences(pairs, _SENTENCE)
    return next((counted for each in said if (counted := dict(counts_in(each)))), {})


def _sentences(pairs: Mapping[str, str], spaces: int = 1) -> Iterable[str]:
    """Values with so many spaces at least, the first few."""
    return islice((value for value in pairs.values() if value.count(" ") >= spaces), _MOST_SENTENCES)


def _is_threat(found: Gathered, place: str, names: Callable[[str], bool] = is_found) -> bool:
    """Whether what is named stands under such a name as `threat_name`: then somebody found it, whatever its words."""
    return any(names(name) for name, value in found.named(place) if value.lower() not in _CLEAN)


def _is_seen_passing(event: Event) -> bool:
    """Whether it was seen between two ends that are no person's and no message's: a signature of it is no sign-in."""
    ends = event.source_port is not None and event.destination_port is not None and event.destination_address
    return bool(ends) and not (event.user or event.mail_sender or event.mail_subject)


def _ends(found: Gathered) -> dict[str, Any]:
    host, path = request_in(found)
    return {
        "source_address": address_in(found, "source_address"),
        "source_port": port_in(found, "source"),
        "destination_address": address_in(found, "destination_address"),
        "destination_port": port_in(found, "destination"),
        "protocol": protocol_in(found),
        "application": found.first("application").lower()[:_LONGEST_APPLICATION],
        "host": host,
        "path": path,
        "domain": domain_in(found),
    }


def _things(found: Gathered, record: str) -> dict[str, Any]:
    sender = next((match[0] for value in found.values("mail_sender") if (match := _MAIL.search(value))), "")
    return {
        "rule_name": name_in(found),
        "severity": severity_in(found),
        "hashes": hashes_in(found.values("hash")) if found.has("hash") else (),
        "file_name": found.first("file_name"),
        "mail_sender": sender,
        "mail_subject": next((v for n, v in found.named("mail_subject") if sender or _MAIL_NAME.search(n)), ""),
        "user": found.first("user"),
        "techniques": _techniques(found) if "T1" in record else (),
        "count": count_of(found.first("count")),
    }


def _techniques(found: Gathered) -> tuple[str, ...]:
    """Techniques by their numbers, also where they stand in a name or a sentence."""
    told = (*found.values("rule_name"), found.first("message")[:_LONGEST_TOLD])
    named = techniques_in(*found.values("technique")) if found.has("technique") else ()
    return named or techniques_in(*(each for each in told if "T1" in each))


def filled(event: Event, pairs: Mapping[str, str]) -> Event:
    """The event with what the vocabulary finds among its pairs for fields that the format itself has left empty."""
    if event.source_address and event.destination_address and event.user and event.category:
        return event
    found = Gathered(pairs, {})
    changed: dict[str, Any] = {}
    for place in ("source_address", "destination_address"):
        if not getattr(event, place) and (ip := address_in(found, place)):
            changed[place] = ip
    for side in ("source", "destination"):
        if getattr(event, f"{side}_port") is None and (number := port_in(found, side)):
            changed[f"{side}_port"] = number
    for place in ("user", "machine", "file_name", "rule_name"):
        if not getattr(event, place) and (value := found.first(place)):
            changed[place] = value
    if not event.category:
        changed["category"] = joined(categories_in(found))
    return replace(event, **changed)
