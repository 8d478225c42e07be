"""What an event costs by 10, 100 and 1,000 rules about it: the cost must grow slower than their number."""

from __future__ import annotations

import time
from statistics import median
from typing import Final

from qorgan.bench.figures import Figure, at_most
from qorgan.module.classify.decide import Deciders
from qorgan.module.classify.pack import rules_of_files
from qorgan.module.event import Event

COUNTS: Final = (10, 100, 1_000)
LIMIT: Final = 2.0
"""How much dearer an event may be by a hundred times the rules. A look at every rule would make it a hundred times."""
EVENTS: Final = 4_000
ROUNDS: Final = 5
_SYLLABLES: Final = ("ba", "do", "ke", "li", "mu", "na", "po", "ri", "su", "ta", "vo", "wi", "xe", "zu", "go", "fa")
_WHEN: Final = (
    'rule_name = {{ words = "{0} {1}" }}',
    'kind = "{0}-{1}"',
    '"rule_name|category" = {{ words = ["{0}*", "{1} {0}"] }}',
    'message = {{ contains = "{0}_{1}" }}',
    'path = {{ contains = "/{0}/", regex = "/{0}/[a-z]+" }}',
    'vendor = "{0}"\nseverity = ["high", "critical"]',
)


def measure() -> list[Figure]:
    """The ratio of the cost by most rules to that by fewest, all in turn, and what lies between."""
    deciders = {count: _deciders(count) for count in COUNTS}
    events = [_event(number) for number in range(EVENTS)]
    costs: dict[int, list[float]] = {count: [] for count in COUNTS}
    for _ in range(ROUNDS):
        for count, each in deciders.items():
            costs[count].append(_cost(each, events))
    few, some, many = (median(costs[count]) for count in COUNTS)
    ratio = median(one / other for one, other in zip(costs[COUNTS[-1]], costs[COUNTS[0]], strict=True))
    how = (
        f"{EVENTS:,} different events, half of which meet a rule; words, values, parts of texts and expressions in "
        f"equal shares; {few * 1e6:.1f} / {some * 1e6:.1f} / {many * 1e6:.1f} us an event by 10 / 100 / 1,000 rules; "
        f"median of {ROUNDS} rounds"
    )
    return [at_most("judging, cost by 1,000 rules / by 10", ratio, LIMIT, "times", how)]


def _cost(deciders: Deciders, events: list[Event]) -> float:
    decide = deciders.decide
    started = time.perf_counter()
    for event in events:
        decide(event)
    return (time.perf_counter() - started) / len(events)


def _deciders(count: int) -> Deciders:
    rules = "".join(_rule(number) for number in range(count))
    head = 'name = "bench"\nversion = "1.0"\ntitle = "Rules for measuring"\nformats = ["json"]\n'
    return Deciders(rules_of_files({"bench.toml": head + rules}))


def _rule(number: int) -> str:
    when = _WHEN[number % len(_WHEN)].format(_word(number), _word(number * 7 + 3))
    return (
        f'[[rule]]\nid = "r{number}"\ntitle = "Rule number {number}"\ntype = "ids"\n[rule.when]\n{when}\n'
        "[[rule.test]]\nrecord = '{}'\nexpect = \"ids\"\n"
    )


def _word(number: int) -> str:
    """A word that no other number has."""
    base = len(_SYLLABLES)
    return "".join(_SYLLABLES[number // base**place % base] for place in range(4))


def _event(number: int) -> Event:
    """An event; every other one has the words of a rule that is there in any case."""
    rule = number % COUNTS[0]
    meets = number % 2 == 0
    word, other = (_word(rule), _word(rule * 7 + 3)) if meets else ("plain", "traffic")
    return Event(
        format="json",
        vendor=word,
        product="Sensor",
        record="",
        kind=f"{word}-{other}",
        rule_name=f"Seen {word} {other} by sensor {number}",
        category=f"something {number % 97}; of the network",
        path=f"/{word}/index?page={number}",
        message=f"Record {number}: {word}_{other} between two machines of the office, nothing more is known of it.",
    )
