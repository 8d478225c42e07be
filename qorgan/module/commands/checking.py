"""`qorgan module check`: everything that can be known before a start, each with its remedy."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct, to_builtins

from qorgan.ledger.errors import NoteError
from qorgan.ledger.note import VerifierKey
from qorgan.module import enrolment, hub_key
from qorgan.module.classify.check import check_rules
from qorgan.module.classify.pack import PackRefused, own_rules, rules_of_files
from qorgan.module.commands.outcome import Outcome, table
from qorgan.module.config import Config, ConfigRefused, load
from qorgan.module.enrolment import KEY_PATH, EnrolmentRefused
from qorgan.module.keys import KeyRefused
from qorgan.module.packs.trust import store_of
from qorgan.module.run import now
from qorgan.module.sender.hub import Answer, Hub, HubAway
from qorgan.module.sources.settings import FileSource

_FAILED: Final = 1
_CLOCK_TOLERANCE: Final = 60.0


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    what: str
    good: bool
    words: str


def check(args: argparse.Namespace) -> Outcome:
    """Look at configuration, identity, rules, sources, hub and clock. Changes nothing."""
    config = load(args.config)
    findings = [
        Finding(what="configuration", good=True, words=f"{args.config} is good"),
        *_state(config),
        *_packs(config),
        *_files(config),
        *_fallback(config),
        *asyncio.run(_hub(config)),
    ]
    rows = [("ok" if one.good else "NOT OK", one.what, one.words) for one in findings]
    is_good = all(one.good for one in findings)
    value = {"good": is_good, "findings": to_builtins(findings)}
    return Outcome(value, table(rows), 0 if is_good else _FAILED)


def _state(config: Config) -> Iterator[Finding]:
    try:
        speaker = enrolment.speaker(config.folder)
    except (EnrolmentRefused, KeyRefused) as error:
        yield Finding(what="identity", good=False, words=str(error))
        return
    identity = speaker.identity
    words = f"module {identity.module} of {identity.organisation_name}, key {identity.key}"
    yield Finding(what="identity", good=True, words=words)


def _packs(config: Config) -> Iterator[Finding]:
    try:
        now = store_of(config).in_force()
        faults = check_rules(rules_of_files(now.files) if now.files else own_rules())
    except PackRefused as refused:
        yield Finding(what="rule packs", good=False, words=str(refused))
        return
    for fault in (*filter(None, (now.trouble,)), *faults):
        yield Finding(what="rule packs", good=False, words=fault)
    if not faults:
        whose = "of the release" if now.is_own else "from the hub"
        words = f"set {now.number} {whose}: each rule decides its own test lines as it says"
        yield Finding(what="rule packs", good=True, words=words)


def _files(config: Config) -> Iterator[Finding]:
    for source in config.sources:
        what = f"source {source.name}"
        if not isinstance(source, FileSource):
            yield Finding(what=what, good=True, words="is not tried, since the running module may hold it")
            continue
        found = sorted(Path("/").glob(source.path.lstrip("/")))
        barred = [path for path in found if not os.access(path, os.R_OK)]
        if barred:
            words = f"{barred[0]} cannot be read; let the module's user read it (a group, or setfacl)"
            yield Finding(what=what, good=False, words=words)
        elif not found:
            yield Finding(what=what, good=True, words=f"{source.path} is not there yet, and is waited for")
        else:
            yield Finding(what=what, good=True, words=f"{len(found)} file(s), readable")


def _fallback(config: Config) -> Iterator[Finding]:
    """What the day ASOI is away needs beforehand."""
    what = "the day ASOI is away"
    restart = "[fallback] and [letter] count from a restart of the module and of the desk on, not from a reload"
    try:
        speaker = enrolment.speaker(config.folder)
        hub_key.find(config.folder, speaker.pinned)
    except (EnrolmentRefused, KeyRefused):
        return
    except hub_key.HubKeyMissing as missing:
        yield Finding(what=what, good=True, words=f"{missing}; a connected module fetches it by itself; {restart}")
        return
    yield Finding(what=what, good=True, words=f"packages are sealed to the hub's key; {restart}")


async def _hub(config: Config) -> list[Finding]:
    try:
        async with Hub(config.hub) as hub:
            answer = await hub.get(KEY_PATH)
            key = VerifierKey.parse(answer.body.decode().strip())
    except ConfigRefused as error:
        return [Finding(what="hub", good=False, words=str(error))]
    except HubAway as away:
        words = f"{config.hub.url} does not answer ({away}); check hub.url, hub.proxy and the channel"
        return [Finding(what="hub", good=False, words=words)]
    except (NoteError, UnicodeDecodeError):
        words = f"what answers at {config.hub.url} is no hub; check hub.url and hub.proxy"
        return [Finding(what="hub", good=False, words=words)]
    return [*_pinned(config, key), *_clock(answer)]


def _pinned(config: Config, key: VerifierKey) -> Iterator[Finding]:
    try:
        known = enrolment.identity(config.folder)
    except EnrolmentRefused:
        known = None
    if known is None:
        yield Finding(what="hub", good=True, words=f"{config.hub.url} answers as {key.name}")
    elif known.hub_key == str(key):
        yield Finding(what="hub", good=True, words=f"{config.hub.url} answers with the pinned key of {key.name}")
    else:
        words = f"{config.hub.url} answers with another key than the pinned one; do not enrol again, ask the centre"
        yield Finding(what="hub", good=False, words=words)


def _clock(answer: Answer) -> Iterator[Finding]:
    if answer.date is None:
        return
    offset = (answer.date - now()).total_seconds()
    good = abs(offset) <= _CLOCK_TOLERANCE
    words = f"{abs(offset):.0f} s apart from the hub's" + ("" if good else "; set it by NTP")
    yield Finding(what="clock", good=good, words=words)
