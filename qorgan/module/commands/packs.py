"""`qorgan module packs`: the sets of rule packs, and a person's word about them."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from qorgan.module.classify.check import check_rules
from qorgan.module.classify.pack import CompiledRule, own_list, own_rules, rules_of_files
from qorgan.module.commands.outcome import CommandRefused, Outcome, table
from qorgan.module.config import load
from qorgan.module.packs.store import OWN, Store
from qorgan.module.packs.trust import store_of
from qorgan.wire.packs import read_set

_SOON = "a running module judges by it within seconds"


def packs(args: argparse.Namespace) -> Outcome:
    """Do one of the acts."""
    store = store_of(load(args.config))
    if args.act == "list":
        return _list(store)
    if args.act == "add":
        return _add(store, args.number)
    number = _number(args.number)
    if args.act == "rollback":
        choice = store.roll_back(number)
        words = f"set {choice.number} is chosen again" if choice.number else "the packs of the release are chosen again"
        return Outcome(msgspec.to_builtins(choice), f"{words}; {_SOON}")
    if number is None:
        number = store.newest_offer()
        if not number:
            raise CommandRefused("no set waits for a decision; `qorgan module packs list` says what is here")
    if args.act == "show":
        return _show(store, number)
    choice = store.accept(number)
    return Outcome(msgspec.to_builtins(choice), f"set {number} passed its own test lines and is chosen; {_SOON}")


def _list(store: Store) -> Outcome:
    now, kept = store.in_force(), store.kept()
    own = own_list().number
    rows = [("set", "state", "rules", "packs")]
    rows += [(str(one.number), one.state, str(one.rules), ", ".join(sorted(one.packs)) or "-") for one in kept]
    state = "in force" if now.is_own else "superseded"
    names = sorted({each.pack.name for each in own_rules()})
    rows.append((f"{own} of the release", state, str(len(own_rules())), ", ".join(names)))
    words = table(rows) + (f"\n! {now.trouble}" if now.trouble else "")
    value = {"in_force": now.number, "own": own, "trouble": now.trouble, "sets": msgspec.to_builtins(kept)}
    return Outcome(value, words, 1 if now.trouble else 0)


def _show(store: Store, number: int) -> Outcome:
    """What a set would change: rules that come, go, or are written otherwise than those in force."""
    theirs = own_rules() if number == OWN else rules_of_files(store.load(number).files)
    now = store.in_force()
    ours = own_rules() if now.is_own else rules_of_files(now.files)
    old, new = _by_id(ours), _by_id(theirs)
    changed = sorted(name for name in old.keys() & new.keys() if old[name].rule != new[name].rule)
    came, went = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    faults = check_rules(theirs)
    lines = [f"set {number}: {len(theirs)} rules, against set {now.number} in force"]
    lines += [f"+ {name}: {new[name].rule.title}" for name in came]
    lines += [f"- {name}: {old[name].rule.title}" for name in went]
    lines += [f"~ {name}: {new[name].rule.title}" for name in changed]
    lines += [f"! {fault}" for fault in faults] or ["each rule decides its own test lines as it says"]
    value = {"number": number, "came": came, "went": went, "changed": changed, "faults": faults}
    return Outcome(value, "\n".join(lines), 1 if faults else 0)


def _add(store: Store, file: str | None) -> Outcome:
    """Keep a set that came on paper's way: a file, where the hub is not asked."""
    if file is None:
        raise CommandRefused("add needs the file of a signed set")
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise CommandRefused(f"{file}: {error.strerror or error}; give the file of a signed set") from None
    number = store.take(read_set(content))
    return Outcome({"number": number}, f"set {number} is here; `qorgan module packs show {number}`, then accept it")


def _by_id(rules: tuple[CompiledRule, ...]) -> dict[str, CompiledRule]:
    return {each.rule.id: each for each in rules}


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or len(text) > len(str(10**8)):
        raise CommandRefused("a set is named by its number, as `qorgan module packs list` prints it")
    return int(text)
