"""Finds the institution's inside: addresses of its networks, and names of its machines (R67.4)."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable, Iterator
from typing import Final

from qorgan.module.redact.folding import has_any
from qorgan.module.remembering import LONGEST
from qorgan.personal.found import Found
from qorgan.wire.signal import RedactionClass

PRIVATE_NETWORKS: Final = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
)
"""RFC 1918, shared (RFC 6598), link-local and unique local addresses: an institution's inside by definition."""

PRIVATE_DOMAINS: Final = ("local", "internal", "intranet", "lan", "corp", "localdomain", "home.arpa")
"""Endings that no public name has."""

# What stands before is looked at behind the first character, by which expressions find their places quickly.
_address = re.compile(r"[0-9](?<![\w.:].)[0-9]{0,2}\.(?:[0-9]{1,3}\.){2}[0-9]{1,3}(?![0-9]|\.[0-9])")
_address_of_version_6 = re.compile(
    r"[0-9A-Fa-f:](?<![\w.:].)(?:(?<=:)|(?<!:)[0-9A-Fa-f]{0,3}:)(?:[0-9A-Fa-f]{0,4}:){1,6}[0-9A-Fa-f]{0,4}(?![\w:])"
)
_MAPPED: Final = (":ffff:", ":FFFF:")
_mapped_address = re.compile(
    r"[0-9A-Fa-f:](?<![\w.:].)[0-9A-Fa-f:]{0,24}(?<=:)[fF]{4}:(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9]|\.[0-9])"
)
"""An address of version 4 within one of version 6 (RFC 4291, 2.5.5.2), as programs that listen to both write it."""
_eight_groups = re.compile(":(?:[0-9A-Fa-f]{1,4}:){6}")
"""Every address of version 6 has this or two colons in a row; times have many colons and neither."""
# The header that syslog puts before a message: a time, then the host that sent it.
_header = re.compile(
    r"(?:<[0-9]{1,3}>)?(?:1 )?\s?"
    r"(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9:.]{8,15}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:Z|[+-][0-9]{2}:?[0-9]{2})?Z?)"
    r" (?P<host>[A-Za-z0-9_][A-Za-z0-9_.-]*)(?=:? )"
)
_AGENTS: Final = ('"agent"', '"manager"', '"predecoder"')
_agents = re.compile(
    r"\"(?:agent|manager|predecoder)\"\s*:\s*\{[^{}]*?\"(?:hostname|name)\"\s*:\s*\"(?P<host>[^\"‹›]{2,})\""
)
_looks_like_address = re.compile(r"[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_not_names = frozenset(("unknown", "localhost", "n/a", "none", "null", "any", "cef", "-"))


class Inside:
    """What belongs to the institution's inside: private networks and endings, and its own configured ones."""

    def __init__(self, networks: Iterable[str] = (), domains: Iterable[str] = ()) -> None:
        """Networks in CIDR form, domains without a leading dot. Raises ValueError for what is no network."""
        every = [ipaddress.ip_network(text) for text in (*PRIVATE_NETWORKS, *networks)]
        self._v4 = [(int(net.network_address), int(net.netmask)) for net in every if net.version == 4]  # noqa: PLR2004
        self._v6 = [(int(net.network_address), int(net.netmask)) for net in every if net.version == 6]  # noqa: PLR2004
        endings = [domain.strip(".").lower() for domain in (*PRIVATE_DOMAINS, *domains)]
        self.domains = tuple(ending for ending in endings if ending)
        self._dotted = tuple("." + ending for ending in self.domains)
        # Letters of other alphabets have more forms than `folded` knows.
        marks = {ending if ending.isascii() else "." for ending in self._dotted}
        # `.local` is in `.localdomain`; whoever looks for the first need not look for the second.
        self._marks = tuple(one for one in marks if not any(one != other and other in one for other in marks))
        listed = "|".join(re.escape(ending) for ending in sorted(self.domains, key=len, reverse=True))
        self._name = re.compile(rf"(?<![\w.@-])(?:[\w-]{{1,63}}\.)+(?:{listed})(?![\w-]|\.\w)", re.IGNORECASE)
        self._known: dict[str, bool] = {}

    def holds_address(self, address: str) -> bool:
        """Whether an IP address is the institution's; False for what is no address."""
        known = self._known.get(address)
        if known is None:
            known = self._judge(address)
            if len(address) <= LONGEST:
                if len(self._known) > 50_000:  # noqa: PLR2004 (bounds the memory, nothing else)
                    self._known.clear()
                self._known[address] = known
        return known

    def _judge(self, address: str) -> bool:
        try:
            # Three times as quick as the library of addresses; a flood has a new one in every record.
            number = int.from_bytes(socket.inet_pton(socket.AF_INET, address), "big")
        except (OSError, ValueError):
            return self._judge_other(address)
        return any(number & mask == network for network, mask in self._v4)

    def _judge_other(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        if parsed.version == 6 and parsed.ipv4_mapped:  # noqa: PLR2004
            parsed = parsed.ipv4_mapped
        number = int(parsed)
        networks = self._v4 if parsed.version == 4 else self._v6  # noqa: PLR2004
        return any(number & mask == network for network, mask in networks)

    def holds_name(self, name: str) -> bool:
        """Whether a host name ends in one of the inside's domains, or has no domain at all."""
        lowered = name.lower().rstrip(".")
        return "." not in lowered or lowered.endswith(self._dotted)

    def hosts(self, text: str, lowered: str) -> Iterator[Found]:
        """Inside addresses and names in a text, and machine names where products write them; `lowered`: it, folded."""
        for pattern in _patterns(text):
            for match in pattern.finditer(text):
                if self.holds_address(match.group()):
                    yield Found(match.start(), match.end(), RedactionClass.HOST, match.group())
        if has_any(self._marks, lowered):
            for match in self._name.finditer(text):
                yield Found(match.start(), match.end(), RedactionClass.HOST, match.group().lower())
        header = _header.match(text)
        agents = _agents.finditer(text) if has_any(_AGENTS, text) else ()
        for match in (*([header] if header else ()), *agents):
            if self.is_machine(match["host"]):
                yield Found(match.start("host"), match.end("host"), RedactionClass.HOST, match["host"].lower())

    def is_machine(self, name: str) -> bool:
        """Whether what stands in the place of a machine's name is one; an outside address is not."""
        if len(name) < 2 or name.lower() in _not_names or "‹" in name:  # noqa: PLR2004 (a letter names nothing)
            return False
        return not _looks_like_address.fullmatch(name) or self.holds_address(name)


def _patterns(text: str) -> list[re.Pattern[str]]:
    """What finds addresses in this text."""
    patterns = [_address] if "." in text else []
    if "::" in text or _eight_groups.search(text):
        patterns.append(_address_of_version_6)
    if has_any(_MAPPED, text):
        patterns.append(_mapped_address)
    return patterns
