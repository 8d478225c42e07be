"""Whether a Suricata alert may hold a secret at all: the fast look that spares most of them the thorough one.

It may err in one direction only: whatever `scan` would take out must look suspicious here
(`tests/module/redact/test_suspicion.py`). A clean alert costs microseconds here and hundreds of them there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import unquote

import msgspec
from msgspec import Meta, Struct

from qorgan.module.redact.hidden import SHORTEST, hidden
from qorgan.module.redact.hosts import Inside
from qorgan.module.redact.keys import meaning, pairs, secret_under
from qorgan.module.redact.names import names
from qorgan.module.redact.views import may_be_encoded
from qorgan.personal.accounts import beside_keywords, ibans
from qorgan.personal.digits import numbers

_quiet_words = (
    "timestamp flow_id vlan src_port dest_port icmp_type icmp_code tx_id flow stream packet_info pcap_cnt ip_v "
    "event_type in_iface proto app_proto pkt_src direction"
)
_QUIET: Final = frozenset(_quiet_words.split())
"""Members that hold times, counters and words of the sensor's own, and in `flow` the two addresses over again."""
_ENDS: Final = frozenset(("src_ip", "dest_ip"))
_REPEATED: Final = ("http_user_agent", "hostname", "http_method", "protocol", "http_content_type")
"""Members of a request whose values come again and again: what was found harmless once is remembered so."""
_APART: Final = frozenset(("request_headers", "response_headers"))
"""Members in which the name of a value is a value beside it."""
_MOST_REMEMBERED: Final = 10_000
_LONGEST_REMEMBERED: Final = 1_024
_FEWEST_DIGITS: Final = 100_000
"""The smallest number that is looked at: six digits, as the shortest account has."""
_CONSTANT: Final = "alert"
"""The member that the sensor's rules fill, not the traffic."""

_ascii_digits = b"0123456789"
_letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _table(kept: bytes, *, as_one: bytes, other: bytes) -> bytes:
    """A translation that makes every kept byte the same one (itself, when `as_one` is empty), every other `other`."""
    return bytes((as_one[0] if as_one else byte) if byte in kept else other[0] for byte in range(256))


_DIGITS: Final = _table(_ascii_digits, as_one=b"0", other=b"x")
_BETWEEN_DIGITS: Final = b" ().+-"
_ADDRESSES: Final = _table(_ascii_digits + b".", as_one=b"", other=b" ")
_BASE64: Final = _table(_ascii_digits + _letters + b"+/-_", as_one=b"0", other=b" ")
_SHORTEST_ADDRESS: Final = len("1.1.1.1")
_DOTS: Final = 3
_SHAPES: Final = ("eyj", "-----", "::", "/users/", "/home/")
_SPACED_SHAPES: Final = ("earer ", "asic ")
_spaced_kz: Final = re.compile("k[ .+-]z[ .+-]?[0-9]")
_short_number: Final = re.compile(r"=[0-9]{1,5}(?=&|\Z)")
_ANY_NUMBER: Final = "=\xb7"
"""Not ASCII, so that no URL can be taken for the shape of another."""


class _Http(Struct, gc=False, forbid_unknown_fields=True):
    """A request with no members but the usual ones."""

    hostname: str = ""
    url: str = ""
    http_user_agent: str = ""
    http_method: str = ""
    protocol: str = ""
    http_content_type: str = ""
    http_port: Annotated[int, Meta(lt=_FEWEST_DIGITS)] = 0
    status: Annotated[int, Meta(lt=_FEWEST_DIGITS)] = 0
    length: int = 0


# An alert with no members but the usual ones. What has others is looked at member by member.
_Known = msgspec.defstruct(
    "_Known",
    [
        ("alert", msgspec.Raw),
        *((name, msgspec.Raw, msgspec.Raw()) for name in sorted(_QUIET)),
        ("src_ip", str, ""),
        ("dest_ip", str, ""),
        ("http", _Http | None, None),
    ],
    forbid_unknown_fields=True,
    gc=False,
)
_known = msgspec.json.Decoder(_Known)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_anything = msgspec.json.Decoder()


class Suspicion:
    """Remembers which repeated parts of records are harmless."""

    def __init__(self, inside: Inside) -> None:
        self._inside = inside
        endings = {"." + domain for domain in inside.domains}
        self._endings = tuple(
            mark for mark in endings if not any(mark != end and mark.startswith(end) for end in endings)
        )
        self._harmless: set[bytes | tuple[str, ...]] = set()
        self._harmless_urls: set[str] = set()

    def look(self, record: str) -> list[str] | None:
        """None for a Suricata record that may hold a secret; else which of its two addresses are inside ones.

        Those two stand in nearly every record, so they are named here rather than counted as suspicious.
        """
        if not record.isascii():
            return None
        ends: Sequence[str] | None
        try:
            known: Any = _known.decode(record)
        except msgspec.ValidationError:
            ends = self._look_at_any(record)
        except msgspec.DecodeError:
            return None
        else:
            ends = None if self._is_suspicious(known) else (known.src_ip, known.dest_ip)
        return None if ends is None else [address for address in ends if self._inside.holds_address(address)]

    def _is_suspicious(self, known: Any) -> bool:
        """Whether a record with no members but those of `_Known` may hold a secret."""
        constant = bytes(known.alert)
        if constant not in self._harmless and self._is_new_suspect(constant, _anything.decode(known.alert)):
            return True
        http: _Http | None = known.http
        if http is None:
            return False
        repeated = (http.http_user_agent, http.hostname, http.http_method, http.protocol, http.http_content_type)
        if repeated not in self._harmless:
            if any(map(self._is_suspect_alone, _REPEATED, repeated)):
                return True
            self._remember(repeated)
        if http.length >= _FEWEST_DIGITS:
            return self._may_hold(f"url':'{http.url}\nlength':'{http.length}")
        return self._is_suspect_url(http.url)

    def _is_suspect_url(self, url: str) -> bool:
        """Whether a request's URL may hold a secret; URLs that differ in short numbers only are looked at once.

        A number of five digits at most, from an equals sign to an ampersand or the end, can change nothing where no
        key of the URL makes its value a secret: alone it is too short for whatever is made of digits, and it parts
        from each other what stands before and behind it, whichever digits it has.
        """
        if not url.isascii():
            return True
        shape = _short_number.sub(_ANY_NUMBER, url) if "=" in url and "%" not in url else url
        if shape in self._harmless_urls:
            return False
        text = f"url':'{url}"
        if self._may_hold(text):
            return True
        if shape != url and any(pairs(text, is_escaped=False)):
            return False
        if len(self._harmless_urls) >= _MOST_REMEMBERED:
            self._harmless_urls.clear()
        if len(shape) <= _LONGEST_REMEMBERED:
            self._harmless_urls.add(shape)
        return False

    def _look_at_any(self, record: str) -> list[str] | None:
        """The two addresses of a record with whatever members; None when it may hold a secret."""
        texts: list[str] = []
        ends: list[str] = []
        try:
            for key, raw in _members.decode(record).items():
                if key in _QUIET:
                    continue
                value = _anything.decode(raw)
                if key in _ENDS and isinstance(value, str):
                    ends.append(value)
                elif key == _CONSTANT and bytes(raw) in self._harmless:
                    continue
                elif self._gather(key, value, texts):
                    return None
        except (msgspec.DecodeError, RecursionError):
            return None
        return None if texts and self._may_hold("\n".join(texts)) else ends

    def _gather(self, key: str, value: Any, texts: list[str]) -> bool:
        """Collect what must be looked at, with its key; True when the key itself makes the value a secret."""
        kind = type(value)
        if kind is dict or kind is list:
            texts.append(key)
            if key in _APART:
                return True
            if kind is list:
                return any(self._gather(key, inner, texts) for inner in value)
            return any(self._gather(name, inner, texts) for name, inner in value.items())
        if kind is not str and kind is not int:
            return False
        # Single quotes: the text can be told from one whose own double quotes hold members.
        texts.append(f"{key}':'{value}")
        return self._is_secret(key, str(value))

    def _is_new_suspect(self, part: bytes, value: Any) -> bool:
        texts: list[str] = []
        if self._gather("", value, texts) or self._may_hold("\n".join(texts)):
            return True
        self._remember(part)
        return False

    def _is_suspect_alone(self, key: str, value: str) -> bool:
        return self._is_secret(key, value) or self._may_hold(f"{key}':'{value}")

    def _is_secret(self, key: str, value: str) -> bool:
        holds = meaning(key)
        return holds is not None and secret_under(holds, value, self._inside) is not None

    def _remember(self, part: bytes | tuple[str, ...]) -> None:
        if len(self._harmless) >= _MOST_REMEMBERED:
            self._harmless.clear()
        self._harmless.add(part)

    def _may_hold(self, text: str) -> bool:
        if not text.isascii() or "@" in text or "\\" in text:
            return True
        if "%" in text:
            text += "\n" + unquote(unquote(unquote(unquote(text))))
            if not text.isascii() or "@" in text or "\\" in text or "%u" in text:
                return True
        if "&" in text and may_be_encoded(text.replace("%", "")):
            return True
        lowered = text.lower()
        if self._has_mark(lowered) or next(names(text), None):
            return True
        if "=" in text or ": " in text:
            for pair in pairs(text, is_escaped=False):
                if secret_under(pair.holds, pair.value, self._inside):
                    return True
        return _may_hold_iban(lowered) or self._may_hold_numbers(text)

    def _has_mark(self, lowered: str) -> bool:
        """Whether something stands in the text without which credentials, homes and names are not found."""
        marks = [*_SHAPES]
        if "." in lowered:
            marks += self._endings
        if " " in lowered:
            marks += _SPACED_SHAPES
        for mark in marks:  # noqa: SIM110 (a generator costs more than what it looks at)
            if mark in lowered:
                return True
        return False

    def _may_hold_numbers(self, text: str) -> bool:
        ascii_bytes = text.encode()
        if b"0" * SHORTEST in ascii_bytes.translate(_BASE64) and next(hidden(text), None):
            return True
        compact = ascii_bytes.translate(_DIGITS, _BETWEEN_DIGITS)
        if b"000000" in compact:
            if next(beside_keywords(text, ()), None):
                return True
            if b"0000000000" in compact and (next(numbers(text, ()), None) or next(ibans(text), None)):
                return True
        if ascii_bytes.count(b".") < _DOTS:
            return False
        return any(
            run.count(b".") >= _DOTS and self._inside.holds_address(run.strip(b".").decode())
            for run in ascii_bytes.translate(_ADDRESSES).split()
            if len(run) >= _SHORTEST_ADDRESS
        )


def _may_hold_iban(lowered: str) -> bool:
    """Whether kz stands before a digit, as it does in an IBAN and not in a domain name."""
    at = lowered.find("kz")
    if at < 0:
        return _spaced_kz.search(lowered) is not None
    while at >= 0:
        if lowered[at + 2 : at + 4].strip(" .+-")[:1].isdigit():
            return True
        at = lowered.find("kz", at + 2)
    return False
