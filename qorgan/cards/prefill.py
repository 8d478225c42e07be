"""A card out of chosen signals in one step: everything that they tell, and a guess at the category (R67.12).

Pure. What is guessed a person confirms: a draft is not sent by itself. Words and times are said as `Manner` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

from qorgan.cards.content import Card, Indicator
from qorgan.cards.manner import Manner
from qorgan.cards.wording import worded as _
from qorgan.cards.words import AttackKind, Discovery, IndicatorType, Outcome, Status, Vector
from qorgan.law.asoi import SignalType
from qorgan.law.incidents import IncidentCategory
from qorgan.law.tlp import TLP
from qorgan.wire.signal import Action, Perimeter, Signal

MOST_INDICATORS: Final = 200
"""The most frequent ones; a card is read by people."""
_SENSORS: Final = 5

_BY_TECHNIQUE: Final = {
    "T1498": IncidentCategory.DENIAL_OF_SERVICE,
    "T1499": IncidentCategory.DENIAL_OF_SERVICE,
    "T1190": IncidentCategory.EXPLOIT,
    "T1203": IncidentCategory.EXPLOIT,
    "T1210": IncidentCategory.EXPLOIT,
    "T1211": IncidentCategory.EXPLOIT,
    "T1212": IncidentCategory.EXPLOIT,
    "T1068": IncidentCategory.EXPLOIT,
    "T1078": IncidentCategory.UNAUTHORISED_ACCESS,
    "T1110": IncidentCategory.UNAUTHORISED_ACCESS,
    "T1133": IncidentCategory.UNAUTHORISED_ACCESS,
    "T1021": IncidentCategory.UNAUTHORISED_ACCESS,
    "T1059": IncidentCategory.SERVER_INFECTED,
    "T1105": IncidentCategory.SERVER_INFECTED,
    "T1204": IncidentCategory.SERVER_INFECTED,
    "T1486": IncidentCategory.SERVER_INFECTED,
    "T1505": IncidentCategory.SERVER_INFECTED,
    "T1657": IncidentCategory.UNAUTHORISED_TRANSFER,
}
_BY_TYPE: Final = {
    SignalType.WAF: IncidentCategory.EXPLOIT,
    SignalType.ENDPOINT: IncidentCategory.SERVER_INFECTED,
    SignalType.MALCODE: IncidentCategory.SERVER_INFECTED,
    SignalType.GUESS: IncidentCategory.UNAUTHORISED_ACCESS,
    SignalType.SPRAY: IncidentCategory.UNAUTHORISED_ACCESS,
}
"""The other types say too little: what they are part of a person has to say."""
_ATTACKS: Final = {
    IncidentCategory.EXPLOIT: AttackKind.EXPLOIT,
    IncidentCategory.UNAUTHORISED_ACCESS: AttackKind.ACCESS,
    IncidentCategory.DENIAL_OF_SERVICE: AttackKind.DDOS,
    IncidentCategory.SERVER_INFECTED: AttackKind.MALWARE,
    IncidentCategory.UNAUTHORISED_TRANSFER: AttackKind.TRANSFER,
}
_ATTACKS_BY_TYPE: Final = {SignalType.SCAN: AttackKind.SCAN, SignalType.PHISHING: AttackKind.PHISHING}
_VECTORS: Final = {
    frozenset({Perimeter.EXTERNAL}): Vector.EXTERNAL,
    frozenset({Perimeter.INTERNAL}): Vector.INTERNAL,
    frozenset({Perimeter.EXTERNAL, Perimeter.INTERNAL}): Vector.BOTH,
}
_HOSTS_ARE_THE_ATTACKERS: Final = frozenset(
    {SignalType.IDS, SignalType.ENDPOINT, SignalType.MALCODE, SignalType.PHISHING}
)
"""Types whose host is where an attack leads to; a web firewall's is the institution's own site."""


@dataclass(frozen=True, slots=True)
class Own:
    """What is the institution's own, and so no trace of an attacker."""

    domains: frozenset[str] = frozenset()
    networks: tuple[str, ...] = ()


def prefill(signals: Mapping[str, Signal], manner: Manner, own: Own | None = None) -> Card:
    """A first notice out of signals by their references."""
    several = list(signals.values())
    if not several:
        return Card()
    category = category_of(several)
    first = min(signal.first_seen for signal in several)
    blocked = all(signal.action is Action.BLOCKED for signal in several)
    return Card(
        category=category,
        found_at=first,
        started_at=first,
        description=_description(several, manner),
        status=Status.SUSPECTED,
        outcome=Outcome.ATTEMPT if blocked else Outcome.UNKNOWN,
        severity=max(signal.severity for signal in several),
        tlp=TLP.AMBER,
        discovery=Discovery.MONITORING,
        vector=_VECTORS.get(frozenset(signal.perimeter for signal in several) - {Perimeter.UNKNOWN}),
        signals=tuple(signals),
        attack=_attack(several, category),
        indicators=tuple(_indicators(several, own or Own())),
        techniques=tuple(sorted({technique for signal in several for technique in signal.techniques})),
    )


def category_of(signals: Sequence[Signal]) -> IncidentCategory | None:
    """What most of the gravest signals speak for: by their techniques, and without any by their type."""
    gravest = max(signal.severity for signal in signals)
    votes = Counter(
        category for signal in signals if signal.severity == gravest for category in _categories(signal)
    ) or Counter(category for signal in signals for category in _categories(signal))
    if not votes:
        return None
    return max(votes, key=lambda category: (votes[category], -category.number))


def _categories(signal: Signal) -> list[IncidentCategory]:
    techniques = {technique.partition(".")[0] for technique in signal.techniques}
    found = {_BY_TECHNIQUE[technique] for technique in techniques if technique in _BY_TECHNIQUE}
    if found:
        return sorted(found, key=lambda category: category.number)
    return [_BY_TYPE[signal.type]] if signal.type in _BY_TYPE else []


def _attack(signals: Sequence[Signal], category: IncidentCategory | None) -> AttackKind | None:
    types = {signal.type for signal in signals}
    alone = _ATTACKS_BY_TYPE.get(next(iter(types))) if len(types) == 1 else None
    return alone or (_ATTACKS.get(category) if category else None)


def _indicators(signals: Iterable[Signal], own: Own) -> list[Indicator]:
    counted: Counter[tuple[IndicatorType, str]] = Counter()
    for signal in signals:
        for trace in set(_traces(signal, own)):
            counted[trace] += signal.count
    ordered = sorted(counted, key=lambda trace: (-counted[trace], trace))
    return [Indicator(type=kind, value=value) for kind, value in ordered[:MOST_INDICATORS]]


def _traces(signal: Signal, own: Own) -> Iterator[tuple[IndicatorType, str]]:
    address = signal.source.address if signal.source else None
    if address and not _is_within(address, own.networks):
        yield IndicatorType.ADDRESS, address
    for digest in signal.hashes:
        yield IndicatorType.HASH, digest.value
    hosts = [signal.mail_sender_domain]
    if signal.type in _HOSTS_ARE_THE_ATTACKERS:
        hosts += [signal.domain, signal.url.host if signal.url else None, *(signal.mail.links if signal.mail else ())]
    for host in hosts:
        if host and not _is_own(host.lower(), own.domains):
            yield (IndicatorType.ADDRESS if _is_address(host) else IndicatorType.DOMAIN), host.lower()


def _is_own(host: str, domains: frozenset[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_within(address: str, networks: Iterable[str]) -> bool:
    return _is_address(address) and any(ip_address(address) in ip_network(network) for network in networks)


def _description(signals: Sequence[Signal], manner: Manner) -> str:
    gravest = max(signals, key=lambda signal: (signal.severity.rank, signal.count, -signal.sequence))
    rule = gravest.sensor.rule_name or gravest.sensor.rule_id or gravest.classified_by.rule
    sensors = sorted({signal.sensor.product for signal in signals})
    lines = (
        f"{gravest.type.short(manner.language)}: {rule}",
        _("Signals: %(signals)s; events: %(events)s; of them blocked: %(blocked)s.")
        % {
            "signals": len(signals),
            "events": sum(signal.count for signal in signals),
            "blocked": sum(signal.count for signal in signals if signal.action is Action.BLOCKED),
        },
        _("First seen: %(first)s; last seen: %(last)s.")
        % {
            "first": manner.moment(min(signal.first_seen for signal in signals)),
            "last": manner.moment(max(signal.last_seen for signal in signals)),
        },
        _("Sensors: %(sensors)s.") % {"sensors": ", ".join(sensors[:_SENSORS])},
    )
    return "\n".join(map(str, lines))
