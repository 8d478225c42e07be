"""Secrets of a program in files that nobody else can read, below its state folder. No Django here."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

SECRETS: Final = Path("secrets")
"""Folder below the state folder. 0700; every file in it 0600."""
_SIGNING: Final = SECRETS / "signing"
_BYTES: Final = 48


def write_secret(path: Path, content: bytes) -> None:
    """Put a file in place whole, readable by nobody else at any moment."""
    draft = _draft(path, content)
    draft.replace(path)


def make_secret(path: Path, content: Callable[[], bytes]) -> bytes:
    """What the file holds, made now by `content` if there is none. Two processes at once agree on one."""
    with suppress(FileNotFoundError):
        return path.read_bytes()
    draft = _draft(path, content())
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    return path.read_bytes()


def signing_secret(state: Path) -> str:
    """The installation's secret that signs cookies; made on the first start after the state folder has its secrets.

    A command that runs before the program is prepared (a check, a migration's making) gets one that ends with it.
    """
    fresh = secrets.token_urlsafe(_BYTES)
    path = state / _SIGNING
    return make_secret(path, fresh.encode).decode("ascii") if path.parent.is_dir() else fresh


def _draft(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(temporary)
