"""Versions and ranges of them: a single version, a range of `vers`, or the plain `>=1.0|<1.4.2` of a form.

Ecosystems with an order of their own (deb, rpm, pypi, npm, maven and others) are compared by the library `univers`,
every other product is compared by runs of digits and of letters, as libversion does: 15.2(4)E is 15, 2, 4, e.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Any, Final

from univers.version_range import RANGE_CLASS_BY_SCHEMES
from univers.versions import InvalidVersion

GENERIC: Final = "generic"
MOST: Final = 200
"""Bounds in one range."""
LONGEST: Final = 4000
_ECOSYSTEMS: Final = frozenset(
    {"alpm", "apk", "cargo", "composer", "deb", "ebuild", "gem", "golang", "maven", "npm", "pypi", "rpm"}
)
_SCHEME: Final = re.compile(r"vers:([a-z][a-z0-9.+-]*)/(.+)\Z", re.DOTALL)
_BOUND: Final = re.compile(r"(>=|<=|!=|<|>|=)?\s*([^\s<>=!|,*]+)\Z")
_RUN: Final = re.compile(r"\d+|[A-Za-zА-Яа-яЁё]+")
_BRANCH: Final = re.compile(r"(\d+(?:\.\d+)*)\.[xX*]\Z")
_BEFORE: Final = frozenset({"alpha", "beta", "rc", "pre", "preview", "dev", "snapshot", "ea"})


@total_ordering
@dataclass(frozen=True, slots=True)
class Generic:
    """A version of which only the spelling is known."""

    runs: tuple[tuple[int, int, str], ...]

    def __lt__(self, other: Generic) -> bool:
        longest = max(len(self.runs), len(other.runs))
        return _padded(self.runs, longest) < _padded(other.runs, longest)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Generic):
            return NotImplemented
        longest = max(len(self.runs), len(other.runs))
        return _padded(self.runs, longest) == _padded(other.runs, longest)

    def __hash__(self) -> int:
        runs = self.runs
        while runs and runs[-1] == _NOTHING:
            runs = runs[:-1]
        return hash(runs)


_NOTHING: Final = (1, 0, "")


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds, each a comparator and a version; without bounds every version."""

    scheme: str
    bounds: tuple[tuple[str, str], ...]


def read(text: str) -> Range | None:
    """The range that a text means; None when it means none. Nothing and `*` mean every version, 4.2.x a branch."""
    said = text.strip()
    if len(said) > LONGEST:
        return None
    found = _SCHEME.match(said)
    scheme, constraints = (found[1], found[2]) if found else (GENERIC, said)
    if said.startswith("vers:") and not found:
        return None
    if constraints in {"", "*"}:
        return Range(scheme, ())
    if branch := _BRANCH.match(constraints):
        return Range(scheme, ((">=", branch[1]), ("<", _next(branch[1]))))
    parts = [part.strip() for part in re.split(r"[|,]", constraints)]
    bounds = [_BOUND.match(part) for part in parts]
    if len(parts) > MOST or not all(bounds):
        return None
    return Range(scheme, tuple((bound[1] or "=", bound[2]) for bound in bounds if bound))


def holds(within: Range, version: str) -> bool | None:
    """Whether a version is in a range; None when that cannot be said, for want of a version or of its order."""
    if not within.bounds:
        return True
    if not version.strip():
        return None
    try:
        asked = _ordered(within.scheme, version)
        bounds = sorted(
            ((_ordered(within.scheme, at), comparator) for comparator, at in within.bounds), key=lambda one: one[0]
        )
        return _inside(asked, bounds)
    except (InvalidVersion, ValueError, TypeError):
        # Some orders find only while they compare that a version is none.
        return None


def _next(branch: str) -> str:
    head, _dot, last = branch.rpartition(".")
    return f"{head}.{int(last) + 1}" if head else str(int(last) + 1)


def _inside(asked: Any, bounds: list[tuple[Any, str]]) -> bool:
    """As `vers` says it: single versions first, then between which two bounds it lies."""
    if any(asked == at for at, comparator in bounds if comparator == "!="):
        return False
    if any(asked == at for at, comparator in bounds if "=" in comparator and comparator != "!="):
        return True
    if any(asked == at for at, _comparator in bounds):
        return False
    limits = [(at, comparator) for at, comparator in bounds if comparator[0] in "<>"]
    if not limits:
        return all(comparator == "!=" for _at, comparator in bounds)
    below = [comparator for at, comparator in limits if at < asked]
    above = [comparator for at, comparator in limits if asked < at]
    # It lies right after a lower bound that nothing closed before it, or before the first upper bound.
    return below[-1].startswith(">") if below else bool(above) and above[0].startswith("<")


def _ordered(scheme: str, version: str) -> Any:
    order = RANGE_CLASS_BY_SCHEMES[scheme].version_class if scheme in _ECOSYSTEMS else None
    return generic(version) if order is None else order(version)


def generic(version: str) -> Generic:
    """A version by its runs. Raises ValueError where there is none."""
    text = re.sub(r"^[vV](?=\d)", "", version.strip())
    runs = tuple(_run(run.casefold()) for run in _RUN.findall(text))
    if not runs:
        raise ValueError(f"no version: {version!r}")
    return Generic(runs)


def _run(run: str) -> tuple[int, int, str]:
    # A word of those before a release sorts below nothing at all, a number above it, another word above a number's end.
    if run.isdecimal():
        return (1, int(run), "")
    return (0, 0, run) if run in _BEFORE else (1, 0, run)


def _padded(runs: tuple[tuple[int, int, str], ...], length: int) -> tuple[tuple[int, int, str], ...]:
    return runs + (_NOTHING,) * (length - len(runs))
