"""One message of a ModSecurity-like engine: free words with `[key "value"]` pairs around which every log is built."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from qorgan.law.severity import Severity

_PAIR: Final = re.compile(r'\[(\w{1,24}) "((?:[^"\\]|\\.)*)"\]')
_DENIED: Final = re.compile(r"(?:^|\] ?|[:.] )Access denied\b")
_ENGINE: Final = re.compile(r"^.{0,256}?\b(?:ModSecurity|Coraza|mod_security): +")
_SCORE: Final = re.compile(r"(?:Total (?:Inbound )?Score: ?|blocking=)(\d{1,6})")

_SEVERITIES: Final = (
    Severity.CRITICAL, Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.LOW,
    Severity.INFORMATIONAL, Severity.INFORMATIONAL,
)  # fmt: skip
"""By syslog's numbers, 0 emergency to 7 debug, which the rules' severities are. The Core Rule Set calls every plain
attack critical (2), so that word is not yet our highest grade."""
_NAMES: Final = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
_NUMBERS: Final = {name: number for number, name in enumerate(_NAMES)} | {str(number): number for number in range(8)}

_EVALUATION_FILES: Final = ("949", "959", "980", "98117", "98120")
_EVALUATION_TAGS: Final = frozenset({"anomaly-evaluation", "event-correlation", "reporting"})
_EVALUATION_WORDS: Final = ("inbound anomaly score", "outbound anomaly score", "anomaly scores:", "correlated attack")


class Message(Struct, frozen=True, kw_only=True):
    """What one rule said about a transaction."""

    rule_id: str = ""
    name: str = ""
    """The rule's own words for what it found (`msg`)."""
    text: str = ""
    """The engine's words: what matched where."""
    data: str = ""
    severity: Severity = Severity.MEDIUM
    tags: tuple[str, ...] = ()
    denied: bool = False
    """Whether this rule ended the transaction."""
    host: str = ""
    uri: str = ""
    unique_id: str = ""

    @property
    def evaluates(self) -> bool:
        """Whether the rule only sums up what other rules found, as the Core Rule Set's scoring does."""
        if _EVALUATION_TAGS.intersection(self.tags):
            return True
        return self.rule_id.startswith(_EVALUATION_FILES) or self.name.lower().startswith(_EVALUATION_WORDS)

    @property
    def score(self) -> int | None:
        """The anomaly score that an evaluating rule names."""
        found = _SCORE.search(self.name) if self.evaluates else None
        return int(found[1]) if found else None


def severity_of(word: object) -> Severity:
    """The grade of a rule's severity, given by name or by number."""
    number = _NUMBERS.get(str(word).strip().lower())
    return Severity.MEDIUM if number is None else _SEVERITIES[number]


def read_message(line: str) -> Message | None:
    """The message in a line, or None when no rule speaks in it: engines also log their own running."""
    pairs: dict[str, str] = {}
    tags: list[str] = []
    # What an attacker sent stands behind the rule's own pairs, so the first of a name counts.
    for name, value in _PAIR.findall(line):
        if name == "tag":
            tags.append(value)
        else:
            pairs.setdefault(name, value)
    denied = bool(_DENIED.search(line))
    if "id" not in pairs and not (denied and "uri" in pairs):
        # Rules of older engines need no number; what one of them denied is known by the request.
        return None
    return Message(
        rule_id=pairs.get("id", ""),
        name=_unescaped(pairs.get("msg", "")),
        text=_ENGINE.sub("", line.partition(" [file ")[0], count=1),
        data=_unescaped(pairs.get("data", "")),
        severity=severity_of(pairs.get("severity", "")),
        tags=tuple(dict.fromkeys(tags)),
        denied=denied,
        host=pairs.get("hostname", ""),
        uri=_unescaped(pairs.get("uri", "")),
        unique_id=pairs.get("unique_id", ""),
    )


def _unescaped(value: str) -> str:
    return value.replace('\\"', '"').replace("\\\\", "\\") if "\\" in value else value
