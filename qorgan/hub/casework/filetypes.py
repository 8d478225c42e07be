"""Which files a document takes, and as what they are served: by their content, never by what a browser says."""

from __future__ import annotations

import unicodedata
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Final

import puremagic
from django.utils.translation import gettext_lazy as _

from qorgan.kit.refusal import Refusal

PLAIN: Final = "text/plain; charset=utf-8"
BINARY: Final = "application/octet-stream"
LONGEST_NAME: Final = 120

_TEXTS: Final = frozenset({"csv", "eml", "ioc", "json", "log", "md", "ndjson", "toml", "txt", "xml", "yaml", "yml"})
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_KNOWN: Final = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "gz": "application/gzip",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pcapng": BINARY,
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "webp": "image/webp",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "zip": "application/zip",
    "7z": "application/x-7z-compressed",
}
"""Archives are taken and never opened: what is in them harms nobody until somebody unpacks it."""
_CAPTURES: Final = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d")
"""Of libpcap, in both byte orders, with micro- and nanoseconds."""
_HEAD: Final = 8_192
"""Bytes that tell what a file is."""
_CONTROLS: Final = frozenset(range(32)) - {9, 10, 12, 13}

TAKEN: Final = tuple(sorted({*_TEXTS, *_KNOWN, "pcap"}))
"""Endings of the files that are taken."""


def media_type_of(name: str, content: bytes) -> str:
    """What a file is. Raises Refusal `file-kind` for one that is not taken, or is not what its name says."""
    ending = PurePosixPath(name).suffix[1:].lower()
    if ending not in TAKEN:
        raise _refused(_("Files of this kind are not taken. Put it into a ZIP archive with a password."))
    if ending in _TEXTS:
        matches = _is_text(content)
    elif ending == "pcap":
        matches = content.startswith(_CAPTURES)
    else:
        matches = ending in _endings_of(content)
    if not matches:
        raise _refused(_("This file is not what its name says. Give it its true name, or put it into a ZIP archive."))
    return _KNOWN.get(ending, PLAIN if ending in _TEXTS else BINARY)


def clean_name(name: str) -> str:
    """The name of a file without folders, control characters or marks that turn the reading direction."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in last if one not in '<>:"|?*')
    stem, dot, ending = " ".join(kept.split()).strip(" .").rpartition(".")
    stem = (stem if dot else ending).strip(" .")
    ending = ending.strip() if dot and stem else ""
    room = LONGEST_NAME - len(ending) - 1
    return f"{stem[:room].strip(' .')}.{ending}" if ending and room > 0 else stem[:LONGEST_NAME] or "file"


def _endings_of(content: bytes) -> frozenset[str]:
    try:
        return frozenset(match.extension.lstrip(".").lower() for match in puremagic.magic_string(content[:_HEAD]))
    except (puremagic.PureError, ValueError):
        return frozenset()


def _is_text(content: bytes) -> bool:
    """Whether it is text in UTF-8 without control characters. A script has no ending under which it is taken."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return not _CONTROLS & set(content) and not content.startswith(b"#!")


def _refused(message: object) -> Refusal:
    return Refusal("file-kind", str(message), status=HTTPStatus.UNPROCESSABLE_ENTITY, field="attachments")
