"""Hosts that a text's links lead to, and links that show another host. Paths and queries are dropped."""

from __future__ import annotations

import ipaddress
import re
from html import unescape
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from qorgan.module.mail import bounds
from qorgan.module.mail.words import ascii_name

_URL: Final = re.compile(
    r"(?P<scheme>h(?:tt|xx)ps?|ftp)\s{0,2}(?:\[:\]|:)(?:/|\\){1,4}(?P<rest>[^\s<>\"']{1,2048})", re.IGNORECASE
)
_SCHEMELESS: Final = re.compile(r"(?<![\w.@/-])(?:www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})", re.IGNORECASE)
_SHOWN: Final = re.compile(r"(?<![\w.@-])(?P<host>(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24})(?![\w-])")
_WRAPPED: Final = (
    re.compile(
        r"^[\w.-]{0,128}safelinks\.protection\.outlook\.com/.{0,512}?[?&]url=(?P<inner>[^&]{1,2048})", re.IGNORECASE
    ),
    re.compile(r"^urldefense(?:\.proofpoint)?\.com/v3/__(?P<inner>.{1,2048}?)__;", re.IGNORECASE),
    re.compile(r"^(?:www\.)?google\.[a-z.]{2,8}/url\?(?:.{0,512}?&)?(?:q|url)=(?P<inner>[^&]{1,2048})", re.IGNORECASE),
)
_WRAPPED_V2: Final = re.compile(
    r"^urldefense(?:\.proofpoint)?\.com/v[12]/url\?(?:.{0,64}?&)?u=(?P<inner>[^&]{1,2048})", re.IGNORECASE
)
_MOST_WRAPS: Final = 3
_SKIPPED: Final = frozenset(("script", "style", "title"))
_COMMENT: Final = "!--"
_MOST_FOUND: Final = 4_096
_TAG: Final = re.compile(r"(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,15})(?=[\s/>]|$)")
_ATTRIBUTE: Final = re.compile(
    r"\b(?:href|action|formaction)\s{0,8}=\s{0,8}(?P<quote>[\"']?)(?P<value>[^\"'<>]{1,4096})", re.IGNORECASE
)
_BROKEN_LINES: Final = frozenset(("br", "p", "div", "tr", "li", "hr", "blockquote", "table", "h1", "h2", "h3"))


class Link(Struct, frozen=True):
    """One link."""

    host: str
    """Where it leads, as the network has the name, in ASCII."""
    shown: str = ""
    """The host that its text shows, where that is another."""
    at: int = 0
    """Where in the text it stands."""


class Read(Struct):
    """What a text shows and where it leads."""

    text: str
    links: list[Link]


def in_text(text: str) -> Read:
    """The links of a plain text."""
    bounded = text[: bounds.MOST_TEXT]
    links = [Link(host, at=match.start()) for match in _URL.finditer(bounded) if (host := host_of(match["rest"]))]
    named = ((match.start(), ascii_name(match.group())) for match in _SCHEMELESS.finditer(bounded))
    links += [Link(host, at=at) for at, host in named if host]
    return Read(bounded, sorted(links, key=lambda link: link.at))


def in_html(text: str) -> Read:
    """The links of a page, those that it shows as text among them."""
    reader = _Page()
    reader.read(text[: bounds.MOST_TEXT])
    shown = in_text("".join(reader.said))
    return Read(shown.text, sorted([*reader.links, *shown.links], key=lambda link: link.at))


def host_of(rest: str) -> str:
    """The host of an address without its scheme, whatever was done to hide it; '' when there is none."""
    for _ in range(_MOST_WRAPS):
        inner = _unwrapped(rest)
        if not inner:
            break
        match = _URL.match(inner)
        rest = match["rest"] if match else inner
    # Browsers end a host at a backslash too, and believe what stands after the last @.
    authority = re.split(r"[/\\?#]", rest.lstrip("/\\"), maxsplit=1)[0].replace("[.]", ".").replace("(.)", ".")
    host = unquote(authority.rpartition("@")[2])
    if host.startswith("["):
        return _address(host[1:].partition("]")[0])
    host = host.partition(":")[0].rstrip(".,;!)\\]}»>'\"")
    return _address(host) or _public(ascii_name(host.replace("。", ".")))


def is_disguised(host: str) -> bool:
    """Whether a name has letters of other alphabets, written as the network has them (punycode)."""
    return host.startswith("xn--") or ".xn--" in host


def _public(name: str) -> str:
    """A name that the whole network could know: one with a dot, whose last part is no number."""
    last = name.rpartition(".")[2]
    return name if "." in name and not last.isdigit() and len(last) > 1 else ""


def _address(host: str) -> str:
    """An address in its usual spelling, also of one that is written as one number."""
    try:
        if host.isascii() and host.isdigit() and len(host) <= 10:  # noqa: PLR2004 (2**32 has ten digits)
            return str(ipaddress.IPv4Address(int(host)))
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""


def _unwrapped(rest: str) -> str:
    """The address that a filter of links has put its own around; '' when none has."""
    for pattern in _WRAPPED:
        match = pattern.match(rest)
        if match:
            return unquote(match["inner"])
    match = _WRAPPED_V2.match(rest)
    return unquote(match["inner"].replace("-", "%").replace("_", "/")) if match else ""


class _Page:
    """Collects what a page shows and where its links lead, in one pass: the standard library's reader goes back to
    the start of a tag that is never closed, again and again.
    """

    def __init__(self) -> None:
        self.said: list[str] = []
        self.links: list[Link] = []
        self._length = 0
        self._hidden_in = ""
        """The tag, or the comment, whose content is not shown."""
        self._open: tuple[str, int, int] | None = None
        """Host of the link whose text is read, the text's place, and its first piece."""

    def read(self, page: str) -> None:
        """Read the page whole, as far as it can be read."""
        first, *rest = page.split("<")
        self._say(first)
        for piece in rest:
            self._take(piece)
        self._close_link()
        # In tags that are torn apart, and in comments that some readers take for text.
        known = {link.host for link in self.links}
        for match in _ATTRIBUTE.finditer(page):
            host = _host_in(match["value"])
            if host and host not in known and len(self.links) < _MOST_FOUND:
                known.add(host)
                self.links.append(Link(host, at=self._length))

    def _take(self, piece: str) -> None:
        """What stands between one `<` and the next: a tag, and the text after it."""
        tag, closes, text = piece.partition(">")
        if self._hidden_in == _COMMENT or piece.startswith("!--"):
            self._hidden_in = "" if "-->" in piece else _COMMENT
            text = piece.rpartition("-->")[2]
        elif closes or _TAG.match(tag):
            self._open_or_close(tag)
        else:
            text = "<" + piece
        if not self._hidden_in:
            self._say(text)

    def _open_or_close(self, tag: str) -> None:
        match = _TAG.match(tag)
        name = match["name"].lower() if match else ""
        if match and match["slash"]:
            self._hidden_in = "" if name == self._hidden_in else self._hidden_in
            if name == "a":
                self._close_link()
        elif name in _SKIPPED and not self._hidden_in:
            self._hidden_in = name
        elif name == "a":
            self._close_link()
            said = _ATTRIBUTE.search(tag)
            host = _host_in(said["value"]) if said else ""
            self._open = (host, self._length, len(self.said)) if host else None
        if name in _BROKEN_LINES and not self._hidden_in:
            self._say("\n")

    def _say(self, text: str) -> None:
        if "&" in text:
            try:
                text = unescape(text)
            except ValueError:
                text = text.replace("&", " ")
        self.said.append(text)
        self._length += len(text)

    def _close_link(self) -> None:
        if self._open is None or len(self.links) >= _MOST_FOUND:
            return
        host, at, first = self._open
        self._open = None
        shown = _SHOWN.search("".join(self.said[first : first + 64])[:512].strip())
        name = ascii_name(shown["host"]) if shown else ""
        self.links.append(Link(host, name if name and not _is_alike(name, host) else "", at))


def _host_in(value: str) -> str:
    """The host of an attribute's value."""
    try:
        plain = "".join(unescape(value).split())
    except ValueError:
        return ""
    match = _URL.match(plain)
    return host_of(match["rest"]) if match else ""


def _is_alike(one: str, other: str) -> bool:
    """Whether two names are the same or one is under the other."""
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or one.endswith("." + other) or other.endswith("." + one)
