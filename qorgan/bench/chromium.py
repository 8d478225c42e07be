"""Debian's Chromium: installed by its package, or unpacked below `.local/debian` by `tools/debian.sh` for no root."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, TypedDict

UNPACKED: Final = Path(__file__).resolve().parents[2] / ".local" / "debian"
_LIBRARIES: Final = ("usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib")


class Launch(TypedDict):
    """What Playwright's `chromium.launch` is told."""

    executable_path: str
    env: dict[str, str | float | bool]


def chromium(root: Path = Path("/"), unpacked: Path = UNPACKED) -> Launch:
    """Where Chromium is and the environment it runs in. Raises FileNotFoundError where it is in neither place."""
    environment: dict[str, str | float | bool] = dict(os.environ)
    # Not Debian's script in /usr/bin when unpacked: it starts the program where a package would have put it.
    installed, program = root / "usr/bin/chromium", unpacked / "usr/lib/chromium/chromium"
    if installed.exists():
        return Launch(executable_path=str(installed), env=environment)
    if not program.exists():
        raise FileNotFoundError("Chromium is not on this machine; run `tools/setup.sh products` (make test does)")
    known = os.environ.get("LD_LIBRARY_PATH", "")
    places = [str(unpacked / folder) for folder in _LIBRARIES if (unpacked / folder).is_dir()]
    environment["LD_LIBRARY_PATH"] = ":".join([*places, *([known] if known else [])])
    return Launch(executable_path=str(program), env=environment)
