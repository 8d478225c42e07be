"""The secret that signs sessions and cookies, kept beside the hub's other secrets. No Django here."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from qorgan.hub.database.connection import SECRETS

_FILE: Final = SECRETS / "signing"
_BYTES: Final = 48


def signing_secret(state: Path) -> str:
    """The installation's secret; made once, on the first start after the state folder has its secrets.

    A command that runs before the hub is prepared (a check, a migration's making) gets one that ends with it.
    """
    path = state / _FILE
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    fresh = secrets.token_urlsafe(_BYTES)
    if not path.parent.is_dir():
        return fresh
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(fresh, encoding="ascii")
    try:
        # Several processes may start at once: a link is made by one of them, and the others read it.
        os.link(draft, path)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    finally:
        draft.unlink()
    return fresh
