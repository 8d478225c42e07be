"""What a search asks for: read from the URL, and written back into it. Nothing else keeps a search (R67.4).

Times in the URL are those of the portal's zone, to the minute: counts are kept by the minute, so that they agree
with the rows to the last one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.wire.signal import HASH_DIGITS

Network = IPv4Network | IPv6Network
T = TypeVar("T")

PRESETS: Final = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
USUAL: Final = "24h"
_MINUTE: Final = timedelta(minutes=1)
_FURTHEST: Final = timedelta(days=366)
"""The longest time that one search spans."""
_HEXADECIMAL: Final = frozenset("0123456789abcdef")
_DIGEST_LENGTHS: Final = frozenset(HASH_DIGITS.values())
_LONGEST: Final = 200
_LARGEST_RULE: Final = 2**31
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2199


class FilterRefused(ValueError):
    """A value in the URL cannot be searched for. `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a page of results ends: the key of its last row."""

    received_at: datetime
    sequence: int
    module: UUID

    def __str__(self) -> str:
        return f"{self.received_at.isoformat()}~{self.sequence}~{self.module}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """The counterpart. Raises FilterRefused."""
        try:
            at, sequence, module = text.split("~")
            place = cls(datetime.fromisoformat(at), int(sequence), UUID(module))
        except ValueError:
            raise FilterRefused("before") from None
        if place.received_at.tzinfo is None:
            raise FilterRefused("before")
        return place


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """A search. An empty one asks for everything of the usual time."""

    last: str = USUAL
    """A preset's name; '' when `since` and `until` are given."""
    since: datetime | None = None
    until: datetime | None = None
    type: tuple[SignalType, ...] = ()
    severity: tuple[Severity, ...] = ()
    organisation: tuple[UUID, ...] = ()
    module: UUID | None = None
    sensor: str = ""
    """Vendor, product, or the id or name of a rule, of the sensor or of the pack, whole and in any case."""
    rule: int | None = None
    """Number of one rule in the dictionary."""
    address: Network | None = None
    """An address is a network of one."""
    hash: str = ""
    domain: str = ""
    text: str = ""
    """Words, each of which the rule's or the sensor's names hold; or one whole domain."""
    before: Place | None = None
    """Where the page before ended."""

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """The time searched: from and up to, but not including, whole minutes."""
        if self.since is not None or self.until is not None:
            until = self.until or _ceiling(now)
            since = self.since or until - PRESETS[USUAL]
            return max(since, until - _FURTHEST), until
        until = _ceiling(now)
        return until - PRESETS[self.last], until

    def pairs(self) -> list[tuple[str, str]]:
        """The search as it stands in a URL, what is usual left out."""
        found: list[tuple[str, str]] = []
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name == "last":
                if value and value != USUAL:
                    found.append(("last", value))
            elif one.name == "text":
                found += [("q", value)] if value else []
            elif isinstance(value, tuple):
                found += [(one.name, str(item)) for item in value]
            elif isinstance(value, datetime):
                found.append((one.name, f"{timezone.localtime(value):%Y-%m-%dT%H:%M}"))
            elif isinstance(value, IPv4Network | IPv6Network):
                found.append((one.name, network_text(value)))
            elif value not in (None, ""):
                found.append((one.name, str(value)))
        return found

    def query(self, **changes: object) -> str:
        """The query string of this search with something changed; a change of what is searched starts at the top."""
        changed = replace(self, **({"before": None} | changes))  # type: ignore[arg-type]
        return urlencode(changed.pairs())

    def told(self) -> dict[str, dict[str, list[str]]]:
        """The search as the audit trail keeps it, without the page of it that was read."""
        searched: dict[str, list[str]] = {}
        for name, value in self.pairs():
            if name != "before":
                searched.setdefault(name, []).append(value)
        return {"search": searched}

    @property
    def only(self) -> UUID | None:
        """Whose data is read, when it is one organisation's."""
        return self.organisation[0] if len(self.organisation) == 1 else None

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the time is asked for."""
        return any(name not in {"last", "since", "until", "before"} for name, _value in self.pairs())


def read(values: dict[str, list[str]]) -> Filters:
    """The search that a query string says. Raises FilterRefused for the first value that cannot be searched for."""
    one = {name: found[-1].strip() for name, found in values.items() if found}
    for name, value in one.items():
        if len(value) > _LONGEST or "\0" in value:
            raise FilterRefused(name)
    since, until = _moment("since", one.get("since", "")), _moment("until", one.get("until", ""))
    last = one.get("last") or USUAL
    if last not in PRESETS:
        raise FilterRefused("last")
    if since and until and until <= since:
        raise FilterRefused("until")
    module, rule = _all("module", values, UUID), _all("rule", values, _rule)
    return _smart(
        Filters(
            last="" if since or until else last,
            since=since,
            until=until,
            type=_all("type", values, SignalType),
            severity=_all("severity", values, Severity),
            organisation=_all("organisation", values, UUID),
            module=module[-1] if module else None,
            sensor=one.get("sensor", ""),
            rule=rule[-1] if rule else None,
            address=_network("address", one.get("address", "")),
            hash=_digest("hash", one.get("hash", "")),
            domain=one.get("domain", "").lower(),
            text=one.get("q", ""),
            before=Place.parse(one["before"]) if one.get("before") else None,
        )
    )


def network_text(network: Network) -> str:
    """A network as people write it; one address without its length."""
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def _smart(filters: Filters) -> Filters:
    """What was put into the one box and is plainly an address or a digest is searched for as that."""
    text = filters.text
    if not text or " " in text:
        return filters
    if filters.address is None and (":" in text or text.count(".") == 3):  # noqa: PLR2004 (dots of an IPv4 address)
        try:
            return replace(filters, text="", address=_network("q", text))
        except FilterRefused:
            return filters
    if not filters.hash and len(text) in _DIGEST_LENGTHS and _HEXADECIMAL.issuperset(text.lower()):
        return replace(filters, text="", hash=text.lower())
    return filters


def _all(name: str, values: dict[str, list[str]], parse: Callable[[str], T]) -> tuple[T, ...]:
    """Every value of this name, each once."""
    try:
        return tuple(dict.fromkeys(parse(value.strip()) for value in values.get(name, ()) if value.strip()))
    except ValueError:
        raise FilterRefused(name) from None


def _rule(text: str) -> int:
    number = int(text)
    if not 0 < number < _LARGEST_RULE:
        raise ValueError(text)
    return number


def _network(name: str, text: str) -> Network | None:
    if not text:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise FilterRefused(name) from None


def _digest(name: str, text: str) -> str:
    digest = text.lower()
    if digest and (len(digest) not in _DIGEST_LENGTHS or not _HEXADECIMAL.issuperset(digest)):
        raise FilterRefused(name)
    return digest


def _moment(name: str, text: str) -> datetime | None:
    """A minute in the portal's zone, as a browser's date field writes it."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise FilterRefused(name) from None
    if at.tzinfo is None:
        at = timezone.make_aware(at)
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise FilterRefused(name)
    return at.replace(second=0, microsecond=0)


def _ceiling(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0) + _MINUTE
