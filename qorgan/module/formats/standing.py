"""How what a record tells stands: seen, or closed as harmless, not found, tried out, lifted, set, summed up.

Products name an attack in many records in which none was seen: its signatures were renewed, its rule was switched off,
its alarm was closed as the bank's own scanner, its block ran out, a week's of them were added up. Such a record says so
in a field for its state, in a count of nothing, or in the verb of its sentence, and that is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

from msgspec import Struct, field

from qorgan.module.formats.counted import NAMED, PREFIX
from qorgan.module.formats.standing_said import said_in
from qorgan.module.formats.standing_words import WORDS
from qorgan.module.formats.vocabulary import normalise
from qorgan.module.remembering import remembered

HARMLESS: Final = "harmless"
"""Somebody looked at it and closed it as no attack, or the verdict is that there is none."""
NONE_FOUND: Final = "none-found"
NONE_COUNTED: Final = "none-counted"
"""All that it counts of ports, machines, accounts or failures is nothing."""
TRIED_OUT: Final = "tried-out"
"""A sample, a drill, a simulation."""
LIFTED: Final = "lifted"
"""A block ran out, an account was let in again, something was taken out of quarantine."""
SET: Final = "set"
"""Rules, signatures, models or settings were changed, renewed or loaded."""
WEAKNESS: Final = "weakness"
"""Something is old, open or vulnerable, and nobody has used that."""
AUDITED: Final = "audited"
"""What somebody did with the product itself."""
LET_BY: Final = "let-by"
"""A rule was there to let it by."""
SOME_FOUND: Final = "some-found"
"""It counts what it found, and that is not nothing."""
RUNNING: Final = "running"
EXEMPTED: Final = "exempted"
SUMMED_UP: Final = "summed-up"
"""A report of a period."""
ABOUT_WHOM: Final = frozenset(("own-scanner", "by-country"))
"""What is said of whoever did it, and not of what was done."""

_SAID_IN: Final = 600
"""Characters of a record's sentence that are looked at."""
_LONGEST_STATE: Final = 80
_MOST_WRITTEN: Final = 24
_NAMES_RECUR: Final = 6_144
_SPACES: Final = 2
"""Spaces of a value that may be a sentence."""
_MOST_SENTENCES: Final = 4
_COUNTED: Final = frozenset(f"{PREFIX}{what}" for what in ("ports", "hosts", "accounts", "passwords", "failures"))
_EMPTY: Final = frozenset(("", "-", "none", "null", "n/a"))
_YES: Final = frozenset(("true", "yes", "1", "да", "иә", "y"))
_NO: Final = frozenset(("no", "false", "0", "нет", "жоқ"))
_BY_WHOLE_VALUE: Final = {
    "report": (("period", SUMMED_UP),),
    "job": (("renewal", SET),),
    "class": (("weakness", WEAKNESS), ("audited", AUDITED), ("tried-out", TRIED_OUT)),
    "act": (("let-by", LET_BY), ("tried-out", TRIED_OUT)),
    "title": (
        ("audited", AUDITED),
        ("changed", SET),
        ("listed", EXEMPTED),
        ("alive", RUNNING),
    ),
}
"""Of what a field tells, which of its values mean what."""
_THREAT: Final = re.compile(
    r"(?:threat|virus|malware|infection|trojan|detection|угроз\w|вирус|қауіп)(?:[\W_]?(?:name|family|title|имя))?$",
    re.IGNORECASE,
)
_FOUND: Final = re.compile(
    r"(?:infected|infections|threats|viruses|detections|detected|found|findings|suspicious|malicious|matches|offen[cs]es"
    r"|alerts|заражено|заражённых|зараженных|обнаружено|найдено|выявлено|угроз|табылды|анықталды|жұқтырылған)"
    r"(?:[\W_]?(?:count|total|objects|files|items|number|объектов|файлов))?$",
    re.IGNORECASE,
)
_MARKED: Final = re.compile(
    r"\W{0,2}[\[({<](?:sample|test|demo|simulation|simulated|exercise|drill|training|тест|учебн\w{2}|учения|образец|сынақ"
    r"|оқу)[\])}>]",
    re.IGNORECASE,
)
_WRITTEN: Final = re.compile(r"(?<![\w.-])([^\W\d][\w.-]{2,30})\"?[=:] ?\"?([^\s;,|\"(]{1,40})")
_PARTED: Final = re.compile(r"[_.-]")
_NO_SENTENCE: Final = re.compile(
    r"subject|тема|тақырып|file|path|ur[il]|query|command|cmd|body|payload|refer|agent|process|script|args|argument|raw"
    r"|comment|request|match",
    re.IGNORECASE,
)
"""Names under which stands what somebody else wrote."""

Roles = tuple[tuple[str, str], ...]


class _Told(Struct):
    """What the fields of a record for states, trials and counts say, one after another."""

    found: set[str] = field(default_factory=set)
    jobs: set[str] = field(default_factory=set)
    """What its jobs are for, as long as no threat is named."""
    states: set[tuple[str, str]] = field(default_factory=set)
    counts: dict[str, bool] = field(default_factory=dict)
    """Of what is counted, whether all of it is nothing."""
    threat: bool = False
    """Whether a threat is named."""
    roles: set[str] = field(default_factory=set)
    """What else is told: who changed it, what it was before, what it is after."""

    def take(self, role: str, value: str) -> None:
        """One field's value, and what it tells."""
        lowered = value.strip().lower()
        if role in {NONE_FOUND, NONE_COUNTED}:
            if lowered.isdecimal():
                self.counts[role] = self.counts.get(role, True) and not int(lowered[:9])
        elif lowered in _EMPTY or len(lowered) > _LONGEST_STATE:
            return
        elif role in {"closure", "verdict", "result"}:
            self.states.add((role, _meaning(lowered)))
        elif role == "trial":
            self.found |= {TRIED_OUT} if lowered in _YES else set()
        else:
            if role == "threat" and not lowered.isdecimal():
                self.threat = True
            if lowered not in _NO:
                self.roles.add(role)
            spaced = lowered.replace("_", " ")
            told = self.jobs if role == "job" else self.found
            told |= {each for said, each in _BY_WHOLE_VALUE.get(role, ()) if WORDS.values[said].is_said_by(spaced)}
            self.found |= said_in(value) if role == "act" else set()

    def standing(self) -> set[str]:
        """What they come to together."""
        found = self.found | {role for role, none in self.counts.items() if none}
        found |= {SOME_FOUND} if self.counts.get(NONE_FOUND) is False else set()
        found |= set() if self.threat else self.jobs
        found |= {WEAKNESS} if "lack" in self.roles else set()
        found |= {SET} if {"before", "after"} <= self.roles and self.roles & {"changer", "doer"} else set()
        means = {meaning for _, meaning in self.states}
        if ("closure", "closed-so") in self.states:
            return found | {HARMLESS}
        if "bad" in means:
            return found
        found |= means & {LIFTED, SET}
        clean = "clean" in means or ("verdict", "fine") in self.states
        found |= {HARMLESS} if clean and not self.threat else set()
        return found | ({SET} if "changer" in self.roles and "switched" in means else set())


def standing_of(
    titles: Iterable[str], message: str, pairs: Mapping[str, str], *, believed: frozenset[str] | None = None
) -> tuple[str, ...]:
    """How what a record tells stands, by its states, its counts and its sentences; nothing where it was simply seen.

    `believed` is what a sentence outside of the titles may mean, for whoever attacks may have written some of it; None:
    whatever it says.
    """
    titles = [title for title in titles if title]
    found = _by_fields(pairs)
    message = message[:_SAID_IN]
    if "=" in message and believed is None:
        found |= _by_fields(dict(islice(_WRITTEN.findall(message), _MOST_WRITTEN)))
    found.update(*map(_titled, titles))
    for text in titles:
        found |= _said(text)
    for text in (message,) if message else _sentences(pairs):
        found |= _said(text) if believed is None else _said(text) & believed
    return tuple(sorted(found))


def _said(text: str) -> frozenset[str]:
    """What one sentence means."""
    marked = text.lstrip(" \"'")[:1] in {"[", "(", "{", "<"} and _MARKED.match(text)
    return said_in(text) | {TRIED_OUT} if marked else said_in(text)


def _sentences(pairs: Mapping[str, str]) -> Iterator[str]:
    """The first values that may be sentences, where the record has no message of its own."""
    said = (value for name, value in pairs.items() if value.count(" ") >= _SPACES and not _NO_SENTENCE.search(name))
    return (value[:_SAID_IN] for value in islice(said, _MOST_SENTENCES))


def _by_fields(pairs: Mapping[str, str]) -> set[str]:
    told = _Told()
    for name, role in _roles_of(tuple(pairs)):
        told.take(role, pairs[name])
    return told.standing()


@remembered(4_096)
def _titled(title: str) -> frozenset[str]:
    """What a title means by all of its words."""
    spaced = _PARTED.sub(" ", title.lower())
    return frozenset(means for said, means in _BY_WHOLE_VALUE["title"] if WORDS.values[said].is_said_by(spaced))


@remembered(4_096)
def _meaning(state: str) -> str:
    """What a state, in lower case, means."""
    return next((each.means for each in WORDS.states if each.is_said_by(state)), "")


def _roles_of(names: tuple[str, ...]) -> Roles:
    """The names that tell how things stand. Records of a product mostly have the same names."""
    return _known_roles(names) if sum(map(len, names)) <= _NAMES_RECUR else _roles(names)


def _roles(names: tuple[str, ...]) -> Roles:
    return tuple((name, role) for name in names if (role := _role(name)))


_known_roles: Final = lru_cache(maxsize=1_024)(_roles)


@remembered(8_192)
def _role(name: str) -> str:
    """What a field of this name tells of how things stand; nothing for most."""
    if name.startswith(PREFIX):
        return ""
    first, *_, last = re.split(r"[./\\]", f".{name[:_SAID_IN]}")[1:] * 2
    if role := WORDS.roles.get(normalise(name)) or WORDS.roles.get(normalise(last)):
        return role
    if (role := WORDS.roles.get(normalise(first), "")) in {"before", "after"}:
        return role
    if any(what in _COUNTED and pattern.search(name) for what, pattern in NAMED):
        return NONE_COUNTED
    if _FOUND.search(last):
        return NONE_FOUND
    return "threat" if _THREAT.search(last) else ""
