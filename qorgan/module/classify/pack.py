"""A rule pack: a TOML file of rules with their own test lines. Nothing of a vendor stands in code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from qorgan.law.asoi import SignalType
from qorgan.module.classify.condition import Condition, ConditionRefused, compile_when
from qorgan.module.format_names import FORMAT_NAMES, FormatName
from qorgan.wire.packs import Listing, PackSetRefused

FOLDER: Final = Path(__file__).parent / "packs"
LIST: Final = "set.txt"
"""The list of the module's own packs: their set's number and the digest of each."""
_ADD: Final = "add a value, words, or contains with three letters beside a regex"
_EXPECTED: Final = frozenset((*SignalType, "none"))

Name = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?\Z")]
Version = Annotated[str, Meta(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){0,2}\Z")]
Shown = Literal["kind", "rule_id", "category"]


class Reason(StrEnum):
    """Why an event that was read is none of the eight signals. A closed list: ignored records are counted by it."""

    CLEAN = "the product found nothing"
    OWN_AFFAIRS = "the product's own running"
    ONE_SIGN_IN = "one sign-in"
    DATA_LOSS = "data-loss prevention"
    FLOOD = "flood"
    POLICY = "rules of use"
    SPAM = "spam"
    CONFIGURATION = "configuration or integrity"
    ACCESS_LOG = "seen in an access log only"
    CONNECTION = "one connection"
    MAIL = "one message"
    AUDIT = "a record of use"
    UNDECIDED = "no rule decided"


class PackRefused(Exception):
    """A pack cannot be used. One line: which file, which rule, which key, what is wrong."""


class TestLine(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A record as a product writes it, and what must become of it."""

    record: str
    expect: str
    """A signal's type, or `none`."""
    format: FormatName | None = None
    """Which format reads it; the first of the pack's when it does not say."""


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule as written. It has a `type` or, for what is no signal, an `ignore`."""

    id: Name
    title: Annotated[str, Meta(min_length=8, max_length=200)]
    when: dict[str, Any]
    test: Annotated[tuple[TestLine, ...], Meta(min_length=1)]
    type: SignalType | None = None
    ignore: Reason | None = None
    confidence: Literal["high", "medium", "low"] = "high"
    priority: Annotated[int, Meta(ge=1, le=999)] = 500
    """Rules with a lower number are asked first, over all packs; among equals, in the order they are written."""
    show: tuple[Shown, ...] = ()
    """Fields of the vendor's own words that the signal shall name besides those that decided."""


class Pack(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file."""

    name: Name
    version: Version
    title: Annotated[str, Meta(min_length=8, max_length=200)]
    formats: Annotated[tuple[FormatName, ...], Meta(min_length=1)] = FORMAT_NAMES  # type: ignore[assignment]
    """Events of which formats its rules see; all when it does not say."""
    rule: Annotated[tuple[Rule, ...], Meta(min_length=1)]


class CompiledRule(Struct, frozen=True):
    """A rule ready to be asked."""

    pack: Pack
    rule: Rule
    condition: Condition


def parse_pack(name: str, text: str) -> list[CompiledRule]:
    """The rules of one file, in their order. Raises PackRefused."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackRefused(f"{name}: is not TOML: {error}") from None
    except RecursionError:
        raise PackRefused(f"{name}: is nested too deeply") from None
    try:
        pack = msgspec.convert(written, Pack)
    except msgspec.ValidationError as error:
        raise PackRefused(f"{name}: {_with_rule(str(error), written)}") from None
    return [_compiled(name, pack, rule) for rule in pack.rule]


def rules_of_files(files: Mapping[str, str]) -> tuple[CompiledRule, ...]:
    """All rules of these packs, in the order in which they are asked. Raises PackRefused."""
    rules: list[CompiledRule] = []
    seen: set[str] = set()
    for name in sorted(files):
        for compiled in parse_pack(name, files[name]):
            if compiled.rule.id in seen:
                raise PackRefused(f"{name}: rule {compiled.rule.id}: another rule has this id")
            seen.add(compiled.rule.id)
            rules.append(compiled)
    if not rules:
        raise PackRefused("there is no rule pack; a set must hold one at least")
    return tuple(sorted(rules, key=lambda each: each.rule.priority))


def read_files(folder: Path = FOLDER) -> dict[str, str]:
    """The packs of a folder, by file name. Raises PackRefused."""
    files = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            files[path.name] = path.read_bytes().decode("utf-8")
        except OSError as error:
            raise PackRefused(f"{path.name}: {error.strerror or error}") from None
        except UnicodeDecodeError as error:
            raise PackRefused(f"{path.name}: is not TOML: {error}") from None
    return files


def read_packs(folder: Path = FOLDER) -> tuple[CompiledRule, ...]:
    """All rules of a folder's packs, in the order in which they are asked. Raises PackRefused."""
    return rules_of_files(read_files(folder))


@cache
def own_list() -> Listing:
    """The list that the module's own packs were released with. Raises PackRefused."""
    try:
        return Listing.parse((FOLDER / LIST).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, PackSetRefused) as error:
        raise PackRefused(f"{LIST}: {error}; install the module again") from None


@cache
def own_rules() -> tuple[CompiledRule, ...]:
    """The rules that come with the module. Raises PackRefused when a file is not the one that was released.

    They need no signature beside the release's: whoever can change them can change what would look at it. Their
    digests tell a damaged disk and an edited file from a whole one.
    """
    files = read_files()
    try:
        own_list().check({name: text.encode() for name, text in files.items()})
    except PackSetRefused as error:
        raise PackRefused(f"{error}; the module's own packs come back by installing it again") from None
    return rules_of_files(files)


def _compiled(name: str, pack: Pack, rule: Rule) -> CompiledRule:
    place = f"{name}: rule {rule.id}"
    if (rule.type is None) is (rule.ignore is None):
        raise PackRefused(f"{place}: needs either type or ignore")
    for line in rule.test:
        if line.expect not in _EXPECTED:
            raise PackRefused(f"{place}: test.expect: must be none or one of {', '.join(SignalType)}")
    try:
        condition = compile_when(rule.when)
    except ConditionRefused as error:
        raise PackRefused(f"{place}: {error}") from None
    except RecursionError:
        raise PackRefused(f"{place}: when: is nested too deeply") from None
    if condition.anchors is None:
        raise PackRefused(f"{place}: when: asks for nothing that an index can find; {_ADD}")
    return CompiledRule(pack, rule, condition)


def _with_rule(message: str, written: dict[str, Any]) -> str:
    """The message with the id of the rule that its place `$.rule[3].titel` is in."""
    said, _, place = message.partition(" - at `$")
    place = place.rstrip("`").removeprefix(".")
    number, bracket, rest = place.removeprefix("rule[").partition("]")
    if bracket and number.isdigit():
        rules = written.get("rule", [])
        rule = rules[int(number)] if int(number) < len(rules) else {}
        place = f"rule {rule.get('id', number) if isinstance(rule, dict) else number}: {rest.removeprefix('.')}"
    return f"{place or 'the file'}: {said}".replace(": : ", ": ")
