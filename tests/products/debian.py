"""Where real products stand: installed by Debian's packages, or unpacked below .local/debian for an ordinary user."""

from __future__ import annotations

import os
from pathlib import Path

UNPACKED = Path(__file__).resolve().parents[2] / ".local" / "debian"
INSTALL = "run `tools/setup.sh products` first (make test does)"


def find(path: str) -> Path:
    """A file or folder of a Debian package. Fails, and never skips, when neither place has it."""
    for root in (Path("/"), UNPACKED):
        found = root / path.lstrip("/")
        if found.exists():
            return found
    raise FileNotFoundError(f"{path} is on no root: {INSTALL}")


def environment() -> dict[str, str]:
    """An environment in which unpacked programs find their unpacked libraries."""
    if not UNPACKED.is_dir():
        return dict(os.environ)
    libraries = [UNPACKED / "usr/lib/x86_64-linux-gnu", UNPACKED / "lib/x86_64-linux-gnu", UNPACKED / "usr/lib"]
    known = os.environ.get("LD_LIBRARY_PATH", "")
    return {**os.environ, "LD_LIBRARY_PATH": ":".join([*map(str, libraries), *([known] if known else [])])}
