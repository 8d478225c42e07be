"""A message as Outlook saves it (MS-OXMSG), written out as RFC 5322 has it, so that it is looked at like any other.

Its headers are those that it came with, where Outlook kept them; its parts are its text, its page and its attachments,
messages among them. Text that stands in Outlook's rich format alone is not read.
"""

from __future__ import annotations

import base64
import codecs
import hashlib
import re
from typing import Final

from qorgan.module.mail import bounds
from qorgan.module.mail.compound import MAGIC, Compound, CompoundRefused, Path

_HEADERS, _SUBJECT, _NAME, _SENDER, _SMTP = "007D", "0037", "0C1A", "0C1F", "5D01"
_TEXT, _PAGE = "1000", "1013"
_DATA, _LONG_NAME, _SHORT_NAME, _TYPE = "3701", "3707", "3704", "370E"
_PROPERTY: Final = "__substg1.0_"
_ATTACHED: Final = "__attach_version1.0_"
_INNER: Final = f"{_PROPERTY}{_DATA}000D"
_OF_BODY: Final = re.compile(rb"(?:content-[a-z-]{1,64}|mime-version)[ \t]{0,8}:", re.IGNORECASE)
_FOLDED: Final = re.compile(rb"\r?\n(?![ \t])")
_UNFIT: Final = re.compile(r'[\x00-\x1f"\\\x7f]+')
_KIND: Final = re.compile(r"[a-z]{1,32}/[a-z0-9.+-]{1,96}\Z")
_LONGEST_NAME: Final = 255
_UTF_16: Final = codecs.lookup("utf-16-le").name
_CYRILLIC: Final = codecs.lookup("cp1251").name
"""Looked up here, since a closed room can load no character set."""


def is_outlook(content: bytes) -> bool:
    """Whether these are the bytes of such a file."""
    return content.startswith(MAGIC)


def as_message(content: bytes) -> bytes:
    """The message. Raises `CompoundRefused`."""
    file = Compound(content, bounds.MOST_MESSAGE)
    if not any(path[-1].startswith(_PROPERTY) for path in file.paths()):
        raise CompoundRefused("a compound file that holds no message")
    return _written(_Properties(file, file.paths()), ())


class _Properties:
    """The properties of the messages and attachments in a file."""

    def __init__(self, file: Compound, paths: list[Path]) -> None:
        self._file = file
        self._paths = frozenset(paths)
        self.storages = sorted({path[:depth] for path in paths for depth in range(1, len(path))})

    def raw(self, above: Path, number: str) -> bytes:
        """A property's bytes; text of the system's character set as UTF-8."""
        if (path := (*above, f"{_PROPERTY}{number}001F")) in self._paths:
            return self._file.read(path).decode(_UTF_16, "replace").encode()
        for kind in ("001E", "0102"):
            if (path := (*above, f"{_PROPERTY}{number}{kind}")) in self._paths:
                return self._file.read(path)
        return b""

    def text(self, above: Path, number: str) -> str:
        """A property as one line of text."""
        return _UNFIT.sub(" ", _as_utf8(self.raw(above, number)).decode("utf-8", "replace")).strip()


def _written(properties: _Properties, above: Path) -> bytes:
    """A message, with its attachments."""
    boundary = b"qorgan-" + hashlib.sha256(repr(above).encode()).hexdigest()[:32].encode()
    parts: list[bytes] = []
    for number, kind in ((_TEXT, b"plain"), (_PAGE, b"html")):
        if body := properties.raw(above, number):
            parts.append(_part(b"text/" + kind + b"; charset=utf-8", _as_utf8(body)))
    attached = [
        path for path in properties.storages if len(path) == len(above) + 1 and path[: len(above)] == above
        and path[-1].startswith(_ATTACHED)
    ]  # fmt: skip
    parts += [_attachment(properties, path) for path in attached[: bounds.MOST_PARTS]]
    separator = b"\r\n--" + boundary
    return b"".join(
        [
            _head(properties, above),
            b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="' + boundary + b'"\r\n',
            *(separator + b"\r\n" + part for part in parts),
            separator + b"--\r\n",
        ]
    )


def _head(properties: _Properties, above: Path) -> bytes:
    """The headers that a message came with, but those of its body; else what is known of its sender."""
    kept = [
        line.strip()
        for line in _FOLDED.split(properties.raw(above, _HEADERS)[: bounds.MOST_HEAD])
        if line.strip() and b":" in line and not _OF_BODY.match(line)
    ]
    if not kept:
        address = properties.text(above, _SMTP) or properties.text(above, _SENDER)
        kept = [f'From: "{properties.text(above, _NAME)}" <{address}>'.encode()] if "@" in address else []
        kept.append(f"Subject: {properties.text(above, _SUBJECT)}".encode())
    return b"".join(line + b"\r\n" for line in kept)


def _attachment(properties: _Properties, above: Path) -> bytes:
    if (*above, _INNER) in properties.storages:
        return b"Content-Type: message/rfc822\r\n\r\n" + _written(properties, (*above, _INNER))
    name = properties.text(above, _LONG_NAME) or properties.text(above, _SHORT_NAME)
    kind = properties.text(above, _TYPE).lower()
    # A message in its own format is opened by its kind, whatever it is called here.
    kind = kind if _KIND.match(kind) and not kind.startswith("multipart/") else "application/octet-stream"
    return _part(f'{kind}; name="{name[:_LONGEST_NAME]}"'.encode(), properties.raw(above, _DATA))


def _part(kind: bytes, content: bytes) -> bytes:
    return b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content)


def _as_utf8(content: bytes) -> bytes:
    """Text whose character set is not said: UTF-8 where it is that, else that of Windows in Cyrillic."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return content.decode(_CYRILLIC, "replace").encode()
    return content
