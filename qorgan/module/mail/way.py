"""Which host a message came from, and how its sender was checked: only what the institution's own relays say counts.

Whatever stands below the line that our outermost relay wrote was written by the sender, who writes what he likes.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from msgspec import Struct

from qorgan.module.mail.part import Part
from qorgan.module.mail.words import ascii_name
from qorgan.module.redact.hosts import Inside
from qorgan.wire.signal import MailCheck

MOST_HOPS: Final = 64
"""Received lines that are followed. A message that was on the way for longer came from nobody in particular."""
_RESULTS: Final = frozenset(each.value for each in MailCheck)
_FROM: Final = re.compile(
    r"^from\s{1,8}(?P<helo>[^\s()\[\];]{1,255})?(?P<rest>[^;]{0,1024}?)(?=\sby\s|;|$)", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"\[(?:IPv6:)?(?P<address>[0-9A-Fa-f.:]{2,45})\]", re.IGNORECASE)
_BARE: Final = re.compile(
    r"(?<![\w.:])(?P<address>(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w.:])"
)
_CALLED: Final = re.compile(r"\b(?:helo|ehlo)[= ]\s{0,4}[^\s()]{1,255}", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"\(\s{0,4}(?:HELO\s{1,4}|EHLO\s{1,4})?(?P<name>[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){1,10})\.?[\s)\[]",
    re.IGNORECASE,
)
_COMMENT: Final = re.compile(r"\([^()]{0,1024}\)")
_METHOD: Final = re.compile(
    r"\s{0,64}(?P<method>spf|dkim|dmarc)\s{0,4}(?:/\s{0,4}\d{1,4}\s{0,4})?=\s{0,4}(?P<result>[a-z]{1,16})\b",
    re.IGNORECASE,
)


class Way(Struct, frozen=True, kw_only=True):
    """How a message came in. Empty text: not known."""

    address: str = ""
    """Of the host outside that gave it to the institution."""
    host: str = ""
    """Its name, as our relay looked it up, or else as it called itself."""
    at: datetime | None = None
    """When our relay took it."""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether our own relay found that the sender is not who it says."""
        return "fail" in {self.spf, self.dmarc}


class Own(Struct, frozen=True):
    """What belongs to the institution on the way of mail."""

    inside: Inside
    """Its networks and domains; relays that others run for it are among the networks."""
    checkers: frozenset[str] = frozenset()
    """Names under which its relays sign their Authentication-Results, besides those of its own domains."""
    knows_domains: bool = False
    """Whether the institution has said which domains are its own."""

    def is_ours(self, domain: str) -> bool:
        """Whether a sender's domain is the institution's own."""
        return self.inside.holds_name(domain) or domain.lower() in self.inside.domains

    def holds(self, address: str) -> bool:
        """Whether a relay at this address is the institution's own."""
        try:
            return self.inside.holds_address(address) or ipaddress.ip_address(address).is_loopback
        except ValueError:
            return False

    def trusts(self, checker: str) -> bool:
        """Whether results under this name are its own relays'."""
        name = checker.lower().rstrip(".")
        return name in self.checkers or ("." in name and self.is_ours(name))


def way_of(message: Part, own: Own) -> Way:
    """How a message came in."""
    address = host = ""
    at: datetime | None = None
    seen: list[str] = []
    hops = 0
    for name, value in message.head.items():
        lowered = name.lower()
        if lowered == "authentication-results":
            seen.append(str(value))
        elif lowered == "received":
            hops += 1
            if hops > MOST_HOPS:
                break
            line = " ".join(str(value).split())
            found = _address_in(line)
            if found and not own.holds(found):
                address, host, at = found, _host_in(line), _moment_in(line)
                break
    checked = _checked(seen, own)
    return Way(address=address, host=host, at=at, **checked)


def _address_in(line: str) -> str:
    """The address that the line says it was received from, in its usual spelling."""
    match = _FROM.match(line)
    if not match:
        return ""
    # What the other called itself is no address that our relay saw.
    rest = _CALLED.sub(" ", match["rest"])
    for text in (*reversed([found["address"] for found in _ADDRESS.finditer(rest)]), *_bare(rest)):
        try:
            parsed = ipaddress.ip_address(text)
        except ValueError:
            continue
        mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
        return str(mapped or parsed)
    return ""


def _bare(text: str) -> Iterator[str]:
    return (found["address"] for found in _BARE.finditer(text))


def _host_in(line: str) -> str:
    """The name of the host that the line says it was received from."""
    match = _FROM.match(line)
    if not match:
        return ""
    named = _NAMED.search(match["rest"])
    for name in (named["name"] if named else "", match["helo"] or ""):
        found = ascii_name(name)
        if "." in found and not found.replace(".", "").isdigit():
            return found
    return ""


def _moment_in(line: str) -> datetime | None:
    """When the line was written."""
    try:
        found = parsedate_to_datetime(line.rpartition(";")[2].strip()[:64])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _checked(results: Sequence[str], own: Own) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in results:
        said = _COMMENT.sub(" ", _COMMENT.sub(" ", line))
        checker, *entries = said.split(";")
        words = checker.split()
        if not words or "=" in words[0] or not own.trusts(words[0]):
            continue
        for entry in entries:
            match = _METHOD.match(entry)
            if match and (result := match["result"].lower()) in _RESULTS:
                method = match["method"].lower()
                # Of several signatures one that holds is enough.
                if method not in found or (method == "dkim" and result == "pass"):
                    found[method] = result
    return found
