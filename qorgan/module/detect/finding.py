"""An attack as an event and a decision, so that it is redacted and becomes a signal as all others do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

from qorgan.law.asoi import SignalType
from qorgan.module.classify.decide import Decision
from qorgan.module.detect.attack import Attack, Number
from qorgan.module.event import Activity, Event, Outcome
from qorgan.wire.signal import Action

PACK: Final = "windows"
VERSION: Final = "1.0"
_LATEST: Final = datetime.max.replace(tzinfo=UTC).timestamp() - 1
_TECHNIQUES: Final = {
    "guess": "T1110.001",
    "guess-slow": "T1110.001",
    "guess-many-sources": "T1110.001",
    "spray": "T1110.003",
    "spray-slow": "T1110.003",
    "spray-many-sources": "T1110.003",
    "credential-stuffing": "T1110.004",
}
_UNSURE: Final = ("-slow", "-many-sources", "-stuffing", "-and-more")


def finding(attack: Attack) -> tuple[Event, Decision]:
    """What is told of an attack now. Whoever tells it sets `untold` to nothing."""
    numbers = {name.value: len(found) for name, found in attack.numbers.items()}
    facts = {
        "window": f"{attack.seconds:g} s",
        "records": str(attack.count),
        **{name: str(number) for name, number in numbers.items()},
        **({"succeeded": "yes"} if attack.succeeded else {}),
        **({"alerts of products": str(attack.alerts)} if attack.alerts else {}),
    }
    decided_by = (
        *(f"{name}={said}" for name, said in facts.items()),
        *attack.words,
        f"attack={attack.name}",
        f"told={attack.told}",
    )
    decision = Decision(
        type=attack.type,
        pack=PACK,
        pack_version=VERSION,
        rule=attack.rule,
        decided_by=decided_by,
        perimeter=attack.perimeter,
        confidence="medium" if attack.rule.endswith(_UNSURE) or attack.words else "high",
    )
    return _event(attack, facts), decision


def _event(attack: Attack, facts: dict[str, str]) -> Event:
    seen = attack.example or Event(format="", vendor="", product="", record="")
    one_port = Number.PORTS not in attack.numbers or len(attack.numbers[Number.PORTS]) == 1
    technique = _TECHNIQUES.get(attack.rule.removesuffix("-and-more"), "")
    if attack.type is SignalType.SCAN:
        technique = "T1595.001" if attack.source else "T1046"
    return Event(
        format="window",
        vendor=seen.vendor,
        product=seen.product,
        record=msgspec.json.encode({"window": attack.rule, **facts}).decode(),
        time=_moment(attack.last),
        began=_moment(attack.first),
        activity=Activity.FINDING,
        outcome=Outcome.SUCCESS if attack.succeeded else Outcome.UNKNOWN,
        severity=attack.severity,
        action=Action.BLOCKED if attack.type is SignalType.SCAN else Action.DETECTED,
        source_address=attack.source,
        destination_address=seen.destination_address if one_port else "",
        destination_port=seen.destination_port if one_port else None,
        protocol=seen.protocol,
        application=seen.application if one_port else "",
        techniques=(technique,) if technique else (),
        count=max(1, attack.untold),
    )


def _moment(at: float) -> datetime:
    """A moment as a record has it; one that no calendar has is its end."""
    return datetime.fromtimestamp(max(0.0, min(at, _LATEST)), UTC)
