"""The sets of rule packs that a module keeps, and which of them is in force.

`rule-packs/<number>.json` is a set as it came, `rule-packs/choice.json` what was decided about it. Number 0 stands for
the packs of the release.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from qorgan.ledger.note import VerifierKey
from qorgan.module.classify.check import check_rules
from qorgan.module.classify.pack import PackRefused, own_list, rules_of_files
from qorgan.module.durable import private_folder, sync_folder, write_durably
from qorgan.wire.packs import PackSet, PackSetRefused, read_set, verified

FOLDER: Final = "rule-packs"
OWN: Final = 0
"""The number under which the packs of the release are chosen."""
_CHOICE: Final = "choice.json"
_MOST_KEPT: Final = 5
_MOST_TOLD: Final = 3


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """What was decided."""

    number: int = OWN
    """The set to judge by; OWN for the packs of the release."""
    highest: int = 0
    """The highest number that was ever in force: without a person's word none below it comes again."""
    declined: tuple[int, ...] = ()
    """Sets that a person took out of force; they do not come back by themselves."""


class InForce(Struct, frozen=True, kw_only=True):
    """By what is judged now."""

    number: int
    is_own: bool
    files: dict[str, str] = {}
    """The packs by file name; none when they are those of the release."""
    trouble: str = ""
    """Why the set that was chosen is not in force; '' when it is."""


class Kept(Struct, frozen=True, kw_only=True):
    """One set that is here."""

    number: int
    state: str
    """`in force`, `offered`, `earlier`, `declined`, or why it cannot be used."""
    packs: dict[str, str] = {}
    """Version of each pack by its name."""
    rules: int = 0


class Store:
    """Reads and changes the folder. Every write is whole or not at all, so a command and a running module may meet."""

    def __init__(self, state: Path, keys: Sequence[VerifierKey]) -> None:
        """`state` is the module's folder, `keys` are those whose signature counts."""
        self.folder = state / FOLDER
        self._keys = tuple(keys)

    def choice(self) -> Choice:
        """What was decided; the packs of the release where nothing was, or where it cannot be read."""
        try:
            return msgspec.json.decode((self.folder / _CHOICE).read_bytes(), type=Choice)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return Choice()

    def in_force(self) -> InForce:
        """By what is judged: the set that was chosen, if it is good and no older than the release."""
        choice, own = self.choice(), own_list().number
        if choice.number <= own:
            return InForce(number=own, is_own=True)
        try:
            packs = self.load(choice.number)
            rules_of_files(packs.files)
        except (PackSetRefused, PackRefused) as error:
            return InForce(number=own, is_own=True, trouble=f"rule pack set {choice.number}: {error}")
        return InForce(number=choice.number, is_own=False, files=packs.files)

    def load(self, number: int) -> PackSet:
        """A kept set, proven again. Raises PackSetRefused."""
        path = self._path(number)
        try:
            packs = read_set(path.read_bytes())
        except OSError as error:
            words = f"{path}: {error.strerror or error}; `qorgan module packs list` says what is here"
            raise PackSetRefused(words) from None
        if verified(packs, self._keys).number != number:
            raise PackSetRefused(f"{path}: holds a set of another number; remove the file")
        return packs

    def take(self, packs: PackSet) -> int:
        """Keep a set that was offered, and give its number. Raises PackSetRefused when it is not newer, or not true."""
        number = verified(packs, self._keys).number
        newest = max(self.choice().highest, own_list().number)
        if number <= newest:
            raise PackSetRefused(
                f"set {number} is not newer than set {newest}, which was in force; an older one comes back by "
                "`qorgan module packs rollback` alone"
            )
        private_folder(self.folder)
        write_durably(self._path(number), msgspec.json.encode(packs))
        self._forget_oldest()
        return number

    def accept(self, number: int) -> Choice:
        """Put a set in force, once each of its rules decides its own test lines. Raises PackSetRefused."""
        choice = self.choice()
        newest = max(choice.highest, own_list().number)
        if number <= newest and number not in choice.declined:
            raise PackSetRefused(f"set {number} is not newer than set {newest}; use `qorgan module packs rollback`")
        _prove(number, self.load(number))
        declined = tuple(one for one in choice.declined if one != number)
        return self._choose(Choice(number, max(choice.highest, number), declined))

    def roll_back(self, number: int | None) -> Choice:
        """Go back to an earlier set by a person's word; to the newest earlier one when none is named."""
        choice, own = self.choice(), own_list().number
        if choice.number <= own:
            raise PackSetRefused("the packs of the release are in force; there is nothing to go back from")
        earlier = [one for one in self._numbers() if own < one < choice.number]
        wanted = number if number is not None else max(earlier, default=OWN)
        if wanted != OWN and wanted not in earlier:
            raise PackSetRefused(f"set {wanted} is no earlier one here; `qorgan module packs list` names them")
        if wanted != OWN:
            _prove(wanted, self.load(wanted))
        declined = tuple(sorted({*choice.declined, choice.number} - {OWN, wanted}))
        return self._choose(replace(choice, number=wanted, declined=declined))

    def kept(self) -> list[Kept]:
        """Every set that is here, the newest first."""
        choice, now = self.choice(), self.in_force()
        return [self._kept(number, choice, now) for number in sorted(self._numbers(), reverse=True)]

    def newest_offer(self) -> int:
        """The number of the newest set that waits for a decision; 0 when none does."""
        choice = self.choice()
        newest = max(choice.highest, own_list().number)
        return max((one for one in self._numbers() if one > newest and one not in choice.declined), default=0)

    def _kept(self, number: int, choice: Choice, now: InForce) -> Kept:
        try:
            rules = rules_of_files(self.load(number).files)
        except (PackSetRefused, PackRefused) as error:
            return Kept(number=number, state=f"cannot be used: {error}")
        if number == now.number and not now.is_own:
            state = "in force"
        elif number in choice.declined:
            state = "declined"
        else:
            state = "offered" if number > max(choice.highest, own_list().number) else "earlier"
        versions = {each.pack.name: each.pack.version for each in rules}
        return Kept(number=number, state=state, packs=versions, rules=len(rules))

    def _choose(self, choice: Choice) -> Choice:
        private_folder(self.folder)
        write_durably(self.folder / _CHOICE, msgspec.json.encode(choice))
        return choice

    def _numbers(self) -> list[int]:
        names = (path.stem for path in self.folder.glob("*.json"))
        return [int(name) for name in names if name.isdecimal() and len(name) <= len(str(10**9))]

    def _path(self, number: int) -> Path:
        return self.folder / f"{number}.json"

    def _forget_oldest(self) -> None:
        chosen = self.choice().number
        for number in sorted(self._numbers(), reverse=True)[_MOST_KEPT:]:
            if number != chosen:
                self._path(number).unlink(missing_ok=True)
        sync_folder(self.folder)


def _prove(number: int, packs: PackSet) -> None:
    """Raise PackSetRefused unless every rule of the set decides its own test lines."""
    try:
        faults = check_rules(rules_of_files(packs.files))
    except PackRefused as error:
        raise PackSetRefused(f"set {number}: {error}; the set before stays in force, tell the centre") from None
    if faults:
        told = "; ".join(faults[:_MOST_TOLD])
        raise PackSetRefused(
            f"set {number} fails {len(faults)} of its own test lines ({told}); the set before stays in force, "
            "tell the centre, or upgrade the module if a format is missing"
        )
