"""Serves a program's own static files before Django is reached: all of them in memory, nothing by path.

They are few and small (under one megabyte), so a request costs neither a thread nor the disk, and no path of a
request ever touches the file system.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PREFIX: Final = "/static/"
_HASHED: Final = re.compile(r"^dist/.+-[\w-]{8}\.\w+$")
"""Names that Vite makes of the content: such a file never changes."""
_FOR_EVER: Final = b"public, max-age=31536000, immutable"
_A_WHILE: Final = b"public, max-age=300"
_TYPES: Final = {".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class _File:
    content: bytes
    packed: bytes | None
    """The same by gzip, where the build made one."""
    headers: tuple[tuple[bytes, bytes], ...]
    etag: bytes


class StaticFiles:
    """An ASGI application around another: answers below `/static/` itself, hands on everything else."""

    def __init__(self, application: Application, root: Path) -> None:
        self._application = application
        self._files = _load(root)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._application(scope, receive, send)
            return
        found = self._files.get(scope["path"])
        if found is None or scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, 404 if found is None else 405, (), b"")
            return
        asked = dict(scope["headers"])
        if asked.get(b"if-none-match") == found.etag:
            await _answer(send, 304, found.headers, b"")
            return
        body, headers = found.content, found.headers
        if found.packed is not None and b"gzip" in asked.get(b"accept-encoding", b""):
            body, headers = found.packed, (*headers, (b"content-encoding", b"gzip"))
        headers = (*headers, (b"content-length", str(len(body)).encode()))
        await _answer(send, 200, headers, body if scope["method"] == "GET" else b"")


async def _answer(send: Send, status: int, headers: tuple[tuple[bytes, bytes], ...], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


def _load(root: Path) -> dict[str, _File]:
    """Every file below `root`, by the path of its address."""
    files = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".gz":
            files[PREFIX + name] = _read(path, name)
    return files


def _read(path: Path, name: str) -> _File:
    content = path.read_bytes()
    twin = path.with_name(f"{path.name}.gz")
    etag = b'"%s"' % hashlib.sha256(content).hexdigest()[:32].encode()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    headers = (
        (b"content-type", kind.encode()),
        (b"cache-control", _FOR_EVER if _HASHED.match(name) else _A_WHILE),
        (b"etag", etag),
        (b"vary", b"accept-encoding"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-resource-policy", b"same-origin"),
    )
    return _File(content, twin.read_bytes() if twin.exists() else None, headers, etag)
