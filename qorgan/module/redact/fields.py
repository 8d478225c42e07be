"""What of an event may travel, redacted: its record, and the texts that become fields of the signal (R67.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module.event import Event, MailTrace
from qorgan.module.redact.folding import lowered_in_place
from qorgan.module.redact.hosts import Inside
from qorgan.module.redact.mail import (
    MOST_LINKS,
    bare_subject,
    check_or_none,
    host_or_none,
    linked_hosts,
    without,
    without_paths,
)
from qorgan.module.redact.people import canonical, is_email, is_person
from qorgan.module.redact.scan import Scan
from qorgan.module.redact.suspicion import Suspicion
from qorgan.module.redact.tokens import Tokens
from qorgan.module.remembering import LONGEST
from qorgan.personal.found import Found
from qorgan.wire.signal import Mail, RedactionClass

MAX_RECORD: Final = 8_192
"""Characters of a record in a signal."""
_MARGIN: Final = 1_024
"""Characters read beyond the cut, so that a secret across it is seen whole."""
_SHORTEST_NAME: Final = 4
"""Shorter user names stand inside too many words to be looked for everywhere. Beside their key they are found."""
_JOINING: Final = frozenset("_.-")
"""Before a name these make it the end of a longer one."""
_JOINED: Final = frozenset("_-")
"""Behind a name these make it the beginning of a longer one."""
_KINDS: Final = {kind.value: kind for kind in RedactionClass}
_QUIET_FORMAT: Final = "eve"
_MOST_REMEMBERED: Final = 10_000
_TOKENS_GROWTH: Final = 64
"""Characters by which the tokens for the two ends of a record make it longer, at most."""
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(str).decode


class Redacted(Struct, frozen=True, gc=False):
    """An event's texts without secrets. Empty text means that there is nothing to say."""

    record_json: bytes
    """The record as a JSON string, as a line of the contract has it: most records are needed in no other form."""
    vendor: str
    product: str
    rule_id: str
    rule_name: str
    host: str
    path: str
    """Without its query."""
    domain: str
    mail_sender_domain: str
    decided_by: tuple[str, ...]
    counts: dict[RedactionClass, int]
    """How many different values of each class were removed."""
    mail: Mail | None = None

    @property
    def record(self) -> str:
        """The record's text."""
        return _decode(self.record_json)


class Redactor:
    """Redacts for one institution: with its key, its networks, its domains, its own BINs."""

    def __init__(
        self, key: bytes, networks: Iterable[str] = (), domains: Iterable[str] = (), own_bins: Iterable[str] = ()
    ) -> None:
        """`key` is what `tokens.token_key` gives. Raises ValueError for a wrong key or network."""
        self.inside = Inside(networks, domains)
        self._tokens = Tokens(key)
        self._scan = Scan(self._tokens, self.inside, frozenset(own_bins))
        self._suspicion = Suspicion(self.inside)
        self._outsiders: set[str] = set()
        self._ends: dict[str, tuple[bytes, bytes, str]] = {}
        self._words: dict[str, tuple[str, frozenset[str]]] = {}

    def text(self, text: str) -> tuple[str, dict[RedactionClass, int]]:
        """Any text that shall touch a disk (a quarantined record, a log line), cut like a record, and the counts."""
        counted: set[str] = set()
        return self._bounded(text, (), counted), _by_class(counted)

    def event(self, event: Event, decided_by: tuple[str, ...] = ()) -> Redacted:
        """What of the event may travel."""
        counted: set[str] = set()
        record = self._quick(event, counted)
        if record is None:
            return self._thorough(event, decided_by, counted)
        return Redacted(
            record_json=record,
            vendor=event.vendor,
            product=event.product,
            rule_id=event.rule_id,
            rule_name=event.rule_name,
            host=self._outside(event.host, counted),
            path=_without_query(event.path),
            domain=self._outside(event.domain, counted),
            mail_sender_domain="",
            decided_by=decided_by,
            counts=_by_class(counted),
        )

    def _quick(self, event: Event, counted: set[str]) -> bytes | None:
        """The record of an event that holds no secret but inside addresses; None when it must be searched.

        It stays one byte a character until it is JSON; the addresses give way to their tokens there.
        """
        record = event.record
        if (
            event.format != _QUIET_FORMAT
            or len(record) > MAX_RECORD - _TOKENS_GROWTH
            or event.user
            or event.mail_sender
            or event.mail_subject
        ):
            return None
        inside = self._suspicion.look(record)
        if inside is None or (event.machine and event.machine in record):
            return None
        encoded = _encode(without_nul(record))
        for address in inside:
            known = self._ends.get(address)
            if known is None:
                token = self._tokens.token(RedactionClass.HOST, address)
                known = f'\\"{address}\\"'.encode(), f'\\"{token}\\"'.encode(), token
                if len(self._ends) >= _MOST_REMEMBERED:
                    self._ends.clear()
                self._ends[address] = known
            encoded = encoded.replace(known[0], known[1])
            counted.add(known[2])
        return encoded

    def _thorough(self, event: Event, decided_by: tuple[str, ...], counted: set[str]) -> Redacted:
        names = self._names(event)
        host, domain = self._outside(event.host, counted), self._outside(event.domain, counted)
        sender = event.mail_sender.rpartition("@")[2].strip(" <>\"'").lower() if "@" in event.mail_sender else ""
        record, subject = self._without_subject(event)
        return Redacted(
            record_json=_encode(self._bounded(record, names, counted)),
            vendor=self._word(event.vendor, counted),
            product=self._word(event.product, counted),
            rule_id=self._word(event.rule_id, counted),
            rule_name=self._word(event.rule_name, counted),
            host=self._word(host, counted),
            path=self._clean(_without_query(event.path), names, counted),
            domain=self._word(domain, counted),
            mail_sender_domain=self._word(self._outside(sender, counted), counted),
            decided_by=tuple(self._word(said, counted) for said in decided_by),
            mail=self._mail(event, subject, counted),
            counts=_by_class(counted),
        )

    def _mail(self, event: Event, subject: str, counted: set[str]) -> Mail | None:
        """What a signal says of a message; None when there is nothing to say."""
        if not (event.mail or event.mail_subject or event.mail_sender):
            return None
        said = event.mail or MailTrace(links=tuple(linked_hosts(event)))
        links = [self._scan.clean(self._outside(host, counted), counted) for host in said.links]
        mail = Mail(
            sending_host=host_or_none(self._scan.clean(self._outside(said.sending_host, counted), counted)),
            links=tuple(dict.fromkeys(filter(None, map(host_or_none, links))))[:MOST_LINKS],
            subject_digest=subject or None,
            spf=check_or_none(said.spf),
            dkim=check_or_none(said.dkim),
            dmarc=check_or_none(said.dmarc),
        )
        return None if mail == Mail() else mail

    def _without_subject(self, event: Event) -> tuple[str, str]:
        """The record without a message's subject and without paths of links, and the subject's keyed digest."""
        if not event.mail_subject:
            return (without_paths(event.record) if event.mail_sender else event.record), ""
        digest = self._tokens.digest("subject", bare_subject(event.mail_subject).casefold())
        return without_paths(without(event.record, event.mail_subject, f"[subject {digest}]")), digest

    def _names(self, event: Event) -> tuple[tuple[RedactionClass, str], ...]:
        """Names that the format has found, to be looked for everywhere in the record."""
        names: list[tuple[RedactionClass, str]] = []
        user = canonical(event.user)
        if len(user) >= _SHORTEST_NAME and is_person(user) and not is_email(user):
            names.append((RedactionClass.USER, user))
        machine = event.machine.lower()
        if self.inside.is_machine(machine) and self.inside.holds_name(machine):
            names.append((RedactionClass.HOST, machine))
        return tuple(names)

    def _clean(self, text: str, names: tuple[tuple[RedactionClass, str], ...], counted: set[str]) -> str:
        return self._scan.clean(text, counted, partial(_named, names)) if names else self._scan.clean(text, counted)

    def _bounded(self, text: str, names: tuple[tuple[RedactionClass, str], ...], counted: set[str]) -> str:
        """The text cleaned, without NULs, and no longer than a record may be."""
        window = without_nul(text[: MAX_RECORD + _MARGIN].encode("utf-8", "replace").decode())
        cleaned = self._clean(window, names, counted)
        if len(text) <= MAX_RECORD + _MARGIN and len(cleaned) <= MAX_RECORD:
            return cleaned
        kept = len(cleaned) - (_MARGIN if len(text) > MAX_RECORD + _MARGIN else 0)
        return cut(cleaned[:kept], len(text) - kept)

    def _word(self, word: str, counted: set[str]) -> str:
        """Words that come again and again: a sensor's names of its rules, a site's name."""
        known = self._words.get(word)
        if known is None:
            found: set[str] = set()
            known = self._scan.clean(word, found), frozenset(found)
            if len(word) <= LONGEST:
                if len(self._words) >= _MOST_REMEMBERED:
                    self._words.clear()
                self._words[word] = known
        counted.update(known[1])
        return known[0]

    def _outside(self, name: str, counted: set[str]) -> str:
        """A host or domain name, or nothing when it is an inside one."""
        if not name or name in self._outsiders:
            return name
        if self.inside.holds_address(name) or self.inside.holds_name(name):
            counted.add(self._tokens.token(RedactionClass.HOST, name.lower()))
            return ""
        if len(self._outsiders) < _MOST_REMEMBERED and len(name) <= LONGEST:
            self._outsiders.add(name)
        return name


def without_nul(text: str) -> str:
    """The text with its NULs, plain or escaped, made visible: the contract lets none through, not even as words."""
    if "\\" in text:
        text = text.replace("\\u0000", "\\u2400")
    return text.replace("\0", "␀") if "\0" in text else text


def cut(text: str, missing: int) -> str:
    """The beginning of a text with a mark that says how many characters are not there."""
    mark = f"… [cut: {missing:,} characters more]"
    kept = text[: MAX_RECORD - len(mark)]
    opened = kept.rfind("‹")
    # A token is left whole or left out.
    if opened > kept.rfind("›"):
        kept = kept[:opened]
    return kept + mark


def _named(names: tuple[tuple[RedactionClass, str], ...], text: str) -> Iterator[Found]:
    """Where names that the format has found stand in a text."""
    lowered = lowered_in_place(text)
    for kind, name in names:
        for at in _places(name, lowered):
            yield Found(at, at + len(name), kind, name)


def _places(name: str, text: str) -> Iterator[int]:
    """Where a name stands by itself, and not inside a longer one."""
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        alone = not (before.isalnum() or before in _JOINING or after.isalnum() or after in _JOINED)
        if alone:
            yield at
        at = text.find(name, at + (len(name) if alone else 1))


def _without_query(path: str) -> str:
    return path.partition("?")[0].partition("#")[0]


def _by_class(tokens: set[str]) -> dict[RedactionClass, int]:
    counts: dict[RedactionClass, int] = {}
    for token in sorted(tokens) if len(tokens) > 1 else tokens:
        kind = _kind_of(token)
        counts[kind] = counts.get(kind, 0) + 1
    return counts


@lru_cache(_MOST_REMEMBERED)
def _kind_of(token: str) -> RedactionClass:
    return _KINDS[token[1 : token.index(":")]]
