"""`qorgan module explain`: what becomes of a record and why, without a secret of the record in it.

Tokens are made with a key of the moment: they are not those of the institution's signals, so that what stands behind
a token cannot be found out by asking here.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import msgspec
from msgspec.structs import fields, replace

from qorgan.module import enrolment
from qorgan.module.classify.decide import Deciders, Decision, Tried, own
from qorgan.module.classify.pack import rules_of_files
from qorgan.module.commands.outcome import CommandRefused, Outcome
from qorgan.module.config import Config, ConfigRefused, load
from qorgan.module.enrolment import EnrolmentRefused
from qorgan.module.event import Event, Ignored
from qorgan.module.formats.framing import Cutter
from qorgan.module.formats.reading import AUTO, FORMATS, Reader
from qorgan.module.packs.trust import store_of
from qorgan.module.redact.fields import Redactor

_KEY_BYTES: Final = 32
_MOST: Final = 16 * 1024 * 1024
"""Bytes of standard input that are looked at."""
_PLAIN: Final = frozenset(
    ("format", "time", "activity", "outcome", "severity", "action", "source_port", "destination_port", "hashes")
)
"""Fields that hold no personal data by what they are."""
_GONE: Final = frozenset(("user", "machine", "mail_subject"))
"""Fields that do not travel at all."""
_ADDRESSES: Final = frozenset(("source_address", "destination_address"))
_SAID: Final = 300
_WIDTH: Final = 14


def explain(args: argparse.Namespace) -> Outcome:
    """Explain each record that was given."""
    if args.format != AUTO and args.format not in FORMATS:
        raise CommandRefused(f"there is no format {args.format}; there are {', '.join(FORMATS)}")
    given = os.fsencode(args.line) if args.line != "-" else sys.stdin.buffer.read(_MOST)
    records = [bytes(record) for record in Cutter(blocks=True).cut(given, final=True).records]
    if not records:
        raise CommandRefused("there is no record to explain; give one, or lines on standard input")
    config = _config(args)
    explainer = Explainer(_redactor(config), _deciders(config), args.format)
    values = [explainer.value(record) for record in records]
    return Outcome(values[0] if len(values) == 1 else values, "\n\n".join(map(_words, values)))


class Explainer:
    """Explains record after record, as one source's."""

    def __init__(self, redactor: Redactor, deciders: Deciders, format_name: str = AUTO) -> None:
        self._redactor, self._deciders = redactor, deciders
        self._reader = Reader(format_name)

    def value(self, record: bytes) -> dict[str, Any]:
        """What becomes of one record, in words and numbers that may be shown."""
        readings = self._reader.read_all([record])
        text, counts = self._redactor.text(record.decode("utf-8", "replace"))
        shown: dict[str, Any] = {"record": text, "removed": {kind.value: count for kind, count in counts.items()}}
        for _, reason in readings.unreadable:
            return {**shown, "verdict": "unreadable", "reason": reason}
        for reason in readings.ignored:
            return {**shown, "verdict": "none", "reason": reason}
        event = readings.events[0][1]
        return {**shown, **self._of_event(event)}

    def _of_event(self, event: Event) -> dict[str, Any]:
        decider = self._deciders.of(event.format)
        tried = decider.explain(event)
        verdict = decider.decide(event)
        redacted = self._redactor.event(event, verdict.decided_by if isinstance(verdict, Decision) else ())
        found = {
            "format": event.format,
            "parsed": dict(self._parsed(event)),
            "tried": [self._tried(event, one) for one in tried],
            "not_asked": len(decider) - len(tried),
            "record": redacted.record,
            "removed": {kind.value: count for kind, count in redacted.counts.items()},
        }
        if isinstance(verdict, Ignored):
            return {**found, "verdict": "none", "reason": verdict.reason}
        decision = msgspec.to_builtins(verdict)
        return {**found, "verdict": decision.pop("type"), **decision, "decided_by": list(redacted.decided_by)}

    def _parsed(self, event: Event) -> Iterator[tuple[str, object]]:
        """What the format found, field by field, each as it may be shown."""
        for field in fields(event):
            name, value = field.name, getattr(event, field.name)
            if name in {"record", "more"} or value in ("", None, (), {}):
                continue
            yield name, self._shown(event, name, value)
        for name, value in event.more.items():
            yield f"more.{self._redactor.text(name)[0]}"[:_SAID], self._clean(event, name, value)

    def _shown(self, event: Event, name: str, value: Any) -> object:
        if name in _PLAIN or isinstance(value, int):
            return msgspec.to_builtins(value)
        if name in _GONE:
            return f"({len(value)} characters, which stay here)"
        if name in _ADDRESSES:
            return "(an inside address, which stays here)" if self._redactor.inside.holds_address(value) else value
        if name == "mail_sender":
            return f"(somebody)@{value.rpartition('@')[2][:_SAID]}" if "@" in value else "(a sender, who stays here)"
        if isinstance(value, tuple):
            return [self._clean(event, name, each) for each in value]
        return self._clean(event, name, value)

    def _clean(self, event: Event, name: str, value: str) -> str:
        """A text beside its name, which may tell what it is; the names that the record holds are removed from it."""
        beside = f"{name}={value}"
        cleaned = self._redactor.event(replace(event, record=beside)).record
        return cleaned.removeprefix(f"{name}=")[:_SAID]

    def _tried(self, event: Event, one: Tried) -> dict[str, object]:
        why = self._redactor.event(event, one.why).decided_by if one.matched else one.why
        return {"pack": one.pack, "rule": one.rule, "matched": one.matched, "why": list(why)}


def _config(args: argparse.Namespace) -> Config | None:
    """The configuration, when there is one to ask about what is inside."""
    return load(args.config) if args.config.exists() else None


def _redactor(config: Config | None) -> Redactor:
    key = os.urandom(_KEY_BYTES)
    if config is None:
        return Redactor(key)
    identity = None
    with suppress(EnrolmentRefused, ConfigRefused):
        identity = enrolment.identity(config.folder)
    bins = (identity.organisation,) if identity else ()
    return Redactor(key, config.institution.networks, config.institution.internal_domains, bins)


def _deciders(config: Config | None) -> Deciders:
    """By the packs that are in force at this module."""
    files = store_of(config).in_force().files if config else {}
    return Deciders(rules_of_files(files)) if files else own()


def _words(value: dict[str, Any]) -> str:
    lines = []
    if "format" in value:
        lines.append(f"{'format':<{_WIDTH}}{value['format']}")
        lines += [f"  {name} = {said}" for name, said in value["parsed"].items()]
    for one in value.get("tried", ()):
        how = "met" if one["matched"] else "not met"
        lines.append(f"{'rule':<{_WIDTH}}{one['pack']}/{one['rule']}: {how}: {', '.join(one['why'])}")
    if value.get("not_asked"):
        lines.append(f"{'':<{_WIDTH}}{value['not_asked']} others: later ones, or ones whose words the record has not")
    reason = value.get("reason") or f"{value['rule']} of {value['pack']} {value['pack_version']}"
    sure = f", confidence {value['confidence']}" if "confidence" in value else ""
    lines.append(f"{'verdict':<{_WIDTH}}{value['verdict']} ({reason}{sure})")
    lines += [f"{'decided by':<{_WIDTH}}{', '.join(value['decided_by'])}"] if value.get("decided_by") else []
    removed = ", ".join(f"{count} {kind}" for kind, count in value["removed"].items()) or "nothing"
    return "\n".join([*lines, f"{'removed':<{_WIDTH}}{removed}", f"{'record':<{_WIDTH}}{value['record']}"])
