"""An Event out of a record's names and values, by the vocabulary: what every structured format comes down to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Event, Outcome
from qorgan.module.formats.address import address, host_alone, port
from qorgan.module.formats.hashes import hashes_in
from qorgan.module.formats.moment import Times
from qorgan.module.formats.scale import activity_of_words, is_found, outcome_by_action, outcome_of, severity_of
from qorgan.module.formats.text.around import fields_in
from qorgan.module.formats.tidy import joined, techniques_in, tidied
from qorgan.module.formats.verdict import action_of
from qorgan.module.formats.vocabulary import places_of
from qorgan.wire.signal import Action

MOST_PAIRS: Final = 512
_MOST_CATEGORIES: Final = 12
_MOST_COUNT: Final = 2_147_483_647
_MOST_TIMES: Final = 8
_LONGEST_CATEGORY: Final = 200
_LONGEST_WORDS: Final = 1_000
_LONGEST_MESSAGE: Final = 200
_BY_WORDS: Final = frozenset((Activity.SIGN_IN, Activity.FINDING, Activity.MAIL))
_EMPTY: Final = frozenset({"", "-", "--", "n/a", "null", "(null)", "none", "undefined", "unknown", "nil", "[]", "{}"})
_PROTOCOLS: Final = {"1": "icmp", "2": "igmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "58": "ipv6-icmp"}
_PROTOCOL: Final = re.compile(r"[a-z][a-z0-9-]{1,15}")
SIGN_IN_WORDS: Final = {Outcome.FAILURE: "authentication failure", Outcome.SUCCESS: "authentication success"}
"""Stand in the category of every sign-in, whoever wrote it."""
_MAIL: Final = re.compile(r"[^\s<>\"'(),:;]{1,128}@[^\s<>\"'(),:;]{1,255}")
_MAIL_NAME: Final = re.compile(r"mail|msg|message", re.IGNORECASE)
_TRUE: Final = frozenset({"true", "yes", "1"})
_FALSE: Final = frozenset({"false", "no", "0"})
_FLAG: Final = re.compile(r"(?:blocked|prevented|quarantined)$", re.IGNORECASE)
_SUCCESS_FLAG: Final = re.compile(r"success\w*$", re.IGNORECASE)
_ERROR: Final = re.compile(r"error\w*$|resulttype$|failure_?reason$", re.IGNORECASE)
_CLEAN: Final = frozenset(("0", "false", "no", "clean", "ok", "notspam", "none", "undefined"))
_NO_NAME: Final = re.compile(r"[\d.]+|0x[0-9a-fA-F]+|[0-9a-f-]{32,36}|true|false")
_DAY: Final = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}/\d{1,2}/\d{4}")
_CLOCK: Final = re.compile(r"\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?")
_END_PORT: Final = re.compile(r"(?:[\d.]{7,15}|\[[\da-fA-F:.]{2,45}\]):(\d{1,5})\b")
_WORDS: Final = frozenset(("category", "message", "kind"))
_IN_BRACKETS: Final = re.compile(r"\(([\da-fA-F:.]{3,45})\)")
_REQUEST_LINE: Final = re.compile(r"[A-Z]{3,10} (\S{1,4096})(?: HTTP/[\d.]{1,3})?\Z")
_OFFSET: Final = re.compile(r"[+-]\d{2}:?\d{2}")


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


class Gathered:
    """A record's values by the field that each may fill, the surest first."""

    __slots__ = ("_first", "_pairs", "_plan", "_renamed")

    def __init__(self, pairs: Mapping[str, str], renamed: Mapping[str, str]) -> None:
        """`renamed` says of a product's own names which field each fills."""
        self._pairs = pairs
        self._plan = _plan(tuple(pairs))
        self._renamed = renamed
        self._first: dict[str, list[str]] = {}
        for name, place in renamed.items():
            if name in pairs:
                self._first.setdefault(place, []).append(name)

    def named(self, place: str) -> Iterator[tuple[str, str]]:
        """What may fill a field, with the names that it stood under; values that say nothing are left out."""
        for name in self._first.get(place, ()):
            if (value := self._pairs[name]) and value.strip().lower() not in _EMPTY:
                yield name, value
        for name in self._plan.get(place, ()):
            # What a product means by a name of its own it still says in words.
            if name not in self._renamed or (place in _WORDS and self._renamed[name] != place):
                value = self._pairs[name]
                if value and value.strip().lower() not in _EMPTY:
                    yield name, value

    def has(self, place: str) -> bool:
        """Whether any name of the record may fill a field."""
        return place in self._plan or place in self._first

    def first(self, place: str) -> str:
        """The surest value of a field."""
        return next(self.values(place), "") if self.has(place) else ""

    def values(self, place: str) -> Iterator[str]:
        """All values of a field, the surest first."""
        return (value for _, value in self.named(place))


@lru_cache(maxsize=2_048)
def _plan(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Which of the names may fill which field, the surest first. Records of a product mostly have the same names."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        for place, rank in places_of(name):
            found.setdefault(place, []).append((rank, name))
    return {place: tuple(name for _, name in sorted(ranked, key=_rank)) for place, ranked in found.items()}


def _rank(ranked: tuple[int, str]) -> int:
    return ranked[0]


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
    host, path = _request(found)
    head = sensor.head[:_LONGEST_CATEGORY]
    mail_sender = next((match[0] for value in found.values("mail_sender") if (match := _MAIL.search(value))), "")
    subject = next((v for n, v in found.named("mail_subject") if mail_sender or _MAIL_NAME.search(n)), "")
    event = Event(
        format=sensor.format,
        vendor=sensor.vendor or found.first("vendor") or "unknown",
        product=sensor.product or found.first("product") or "unknown",
        record=record,
        time=_time(found, times) or times.read(sensor.time),
        kind=(_kind(found) or sensor.event_id).lower(),
        rule_id=found.first("rule_id") or sensor.event_id,
        rule_name=_name(found),
        category=joined((*_category(found), *_split(categories))),
        severity=_severity(found),
        action=_action(found) or action_of(head),
        source_address=_address(found, "source_address"),
        source_port=_port(found, "source"),
        destination_address=_address(found, "destination_address"),
        destination_port=_port(found, "destination"),
        protocol=_protocol(found),
        application=found.first("application").lower()[:64],
        host=host,
        path=path,
        domain=_domain(found),
        hashes=hashes_in(found.values("hash")) if found.has("hash") else (),
        file_name=found.first("file_name"),
        mail_sender=mail_sender,
        mail_subject=subject,
        user=found.first("user"),
        machine=found.first("machine") or sensor.host,
        message=found.first("message") or head,
        techniques=techniques_in(*found.values("technique")) if found.has("technique") else (),
        count=_count(found.first("count")),
        more=dict(pairs),
    )
    if fixed:
        event = replace(event, **fixed)
    # A name found under such a name as `threat_name` is what somebody found, whatever words it is made of.
    if event.rule_name and any(
        is_found(name) for name, value in found.named("rule_name") if value.lower() not in _CLEAN
    ):
        head = f"{head} threat"
    method = found.first("method") or ("get" if _REQUEST_LINE.match(found.first("url")) else "")
    return tidied(about(event, _outcome(found), method=method, head=head))


def filled(event: Event, pairs: Mapping[str, str]) -> Event:
    """The event with what the vocabulary finds among its pairs for fields that the format itself has left empty."""
    if event.source_address and event.destination_address and event.user and event.category:
        return event
    found = Gathered(pairs, {})
    changed: dict[str, Any] = {}
    for place in ("source_address", "destination_address"):
        if not getattr(event, place) and (ip := _address(found, place)):
            changed[place] = ip
    for side in ("source", "destination"):
        if getattr(event, f"{side}_port") is None and (number := _port(found, side)):
            changed[f"{side}_port"] = number
    for place in ("user", "machine", "file_name", "rule_name"):
        if not getattr(event, place) and (value := found.first(place)):
            changed[place] = value
    if not event.category:
        changed["category"] = joined(_category(found))
    return replace(event, **changed)


def about(event: Event, outcome: Outcome = Outcome.UNKNOWN, *, method: str = "", head: str = "") -> Event:
    """The event with what it is about and how it ended, where its words and fields tell and it does not say yet.

    `outcome` is what the record's own field for it says, `method` that of a request.
    """
    activity = event.activity or activity_of(event, method, head)
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


def _out_of_words(event: Event) -> dict[str, str]:
    """From where, and who: of a sign-in it counts, and many a product says it in its message alone."""
    said = fields_in(event.message[:_LONGEST_WORDS])
    found = {"source_address": address(said.get("source_address", ""))}
    if not event.user and said.get("user"):
        found["user"] = said["user"]
    return {name: value for name, value in found.items() if value}


def activity_of(event: Event, method: str = "", head: str = "") -> Activity:
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
    by_message = activity_of_words(event.message[:_LONGEST_MESSAGE])
    return by_message if by_message in _BY_WORDS else Activity.OTHER


def _address(found: Gathered, place: str) -> str:
    return next((ip for value in found.values(place) if (ip := _first_address(value))), "")


def _first_address(value: str) -> str:
    # Lists of addresses, `address:port:interface` as some firewalls write an end, and `GUI(address)`.
    if found := address(value) or address(re.split(r"[;, ]", value, maxsplit=1)[0]) or address(value.partition(":")[0]):
        return found
    inside = _IN_BRACKETS.search(value)
    return address(inside[1]) if inside else ""


def _port(found: Gathered, side: str) -> int | None:
    for value in found.values(f"{side}_port"):
        if number := port(value.removesuffix(".0")):
            return number
    for value in found.values(f"{side}_address"):
        # `address:port`, as it stands where there is no name for the port alone.
        if match := _END_PORT.match(value):
            return port(match[1])
    return None


def _protocol(found: Gathered) -> str:
    for value in found.values("protocol"):
        lowered = value.lower().strip().removesuffix(".0")
        if name := _PROTOCOLS.get(lowered):
            return name
        if match := _PROTOCOL.match(lowered):
            return match[0]
    return ""


def _request(found: Gathered) -> tuple[str, str]:
    host, path = host_alone(found.first("host")), ""
    for value in found.values("url"):
        if line := _REQUEST_LINE.match(value):
            value = line[1]  # noqa: PLW2901 - what stands in a request's line is the URL
        scheme, whole, rest = value.partition("://")
        if whole and scheme.isalpha():
            authority, slash, rest = rest.partition("/")
            host, path = host_alone(authority.rpartition("@")[2]), slash + rest
            break
        if value.startswith("/") and not path:
            path = value
    if path and not host:
        host = next((v.lower() for n, v in found.named("machine") if n == "hostname" and "." in v), "")
    return ("" if address(host) else host), path


def _domain(found: Gathered) -> str:
    return next((v.lower().rstrip(".") for v in found.values("domain") if "." in v and not address(v)), "")


def _kind(found: Gathered) -> str:
    return next((value for value in found.values("kind") if not _NO_NAME.fullmatch(value)), found.first("kind"))


def _name(found: Gathered) -> str:
    return next((value for value in found.values("rule_name") if not _NO_NAME.fullmatch(value)), "")


def _category(found: Gathered) -> Iterable[str]:
    words = (value.lower() for value in found.values("category") if len(value) <= _LONGEST_CATEGORY)
    return islice((word for word in _split(words) if not _NO_NAME.fullmatch(word)), _MOST_CATEGORIES)


def _split(categories: Iterable[str]) -> Iterable[str]:
    return (word for words in categories for word in words.split("; "))


def _severity(found: Gathered) -> Severity:
    told = (severity_of(value, name) for name, value in found.named("severity"))
    return next((grade for grade in told if grade is not None), Severity.MEDIUM)


def _action(found: Gathered) -> Action | None:
    for name, value in found.named("action"):
        lowered = value.strip().lower()
        if _FLAG.search(name) and lowered in _TRUE | _FALSE:
            return Action.BLOCKED if lowered in _TRUE else Action.DETECTED
        if (told := action_of(value)) is not Action.UNKNOWN:
            return told
    return None


def _outcome(found: Gathered) -> Outcome:
    for name, value in found.named("outcome"):
        lowered = value.strip().lower()
        if _SUCCESS_FLAG.search(name) and lowered in _FALSE:
            return Outcome.FAILURE
        if _ERROR.search(name):
            return Outcome.SUCCESS if lowered in {"0", "0x0", "success", "ok"} else Outcome.FAILURE
        if told := outcome_of(value):
            return told
    return Outcome.UNKNOWN


def _count(word: str) -> int:
    return min(int(word[:12]), _MOST_COUNT) if word.isascii() and word[:12].isdigit() and int(word[:12]) else 1


def _time(found: Gathered, times: Times) -> datetime | None:
    day, clock = found.first("date"), found.first("clock")
    if _DAY.fullmatch(day) and _CLOCK.fullmatch(clock):
        zone = next((value for value in found.values("zone") if _OFFSET.fullmatch(value)), "")
        if told := times.read(f"{day.replace('/', '-') if day[:4].isdigit() else day} {clock}{zone}"):
            return told
    return next((told for value in islice(found.values("time"), _MOST_TIMES) if (told := times.read(value))), None)
