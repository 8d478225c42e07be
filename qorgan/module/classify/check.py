"""Runs every rule's own test lines: what `qorgan module check` and the tests do before a pack is trusted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qorgan.module.classify.decide import Decider, Deciders, Decision
from qorgan.module.classify.pack import FOLDER, CompiledRule, PackRefused, TestLine, read_packs
from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.reading import FORMATS as READERS


def check_packs(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the packs of a folder, a line each; none when all is well."""
    try:
        return check_rules(read_packs(folder))
    except PackRefused as error:
        return [str(error)]


def check_rules(rules: Sequence[CompiledRule]) -> list[str]:
    """Which test lines of these rules do not become what they say, a line each."""
    deciders = Deciders(rules)
    faults = []
    for each in rules:
        for place, line in enumerate(each.rule.test, 1):
            fault = _fault(deciders, each, line)
            if fault:
                faults.append(f"{each.pack.name}: rule {each.rule.id}: test {place}: {fault}")
        if not any(_is_own(each, line) for line in each.rule.test):
            faults.append(f"{each.pack.name}: rule {each.rule.id}: no test line shows what it is for")
    return faults


def _is_own(each: CompiledRule, line: TestLine) -> bool:
    return line.expect == (each.rule.type or "none")


def _fault(deciders: Deciders, each: CompiledRule, line: TestLine) -> str:
    """What became of a test line instead of what was expected; '' when it is as expected."""
    name = line.format or each.pack.formats[0]
    if name not in READERS:
        return f"no format {name} is read by this release"
    try:
        event = READERS[name].read(line.record.strip("\n").encode())
    except Unreadable as error:
        return f"{name} cannot read it: {error.reason}"
    if isinstance(event, Ignored):
        return "" if line.expect == "none" and each.rule.type else f"{name} passes it over: {event.reason}"
    decider = deciders.of(event.format)
    verdict = decider.decide(event)
    became = verdict.type if isinstance(verdict, Decision) else "none"
    asked = _decided_by(decider, event)
    if became != line.expect:
        return f"expected {line.expect}, became {became} by {asked}"
    if _is_own(each, line) and asked != each.rule.id:
        return f"another rule decided: {asked}"
    return ""


def _decided_by(decider: Decider, event: Event) -> str:
    tried = decider.explain(event)
    return tried[-1].rule if tried and tried[-1].matched else "no rule"
