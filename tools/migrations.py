"""Fail when a model has changed and its migration was not written: in each program, in a process of its own.

`python tools/migrations.py` checks all; `python tools/migrations.py make gate clients` writes those of a room, which
needs `--empty` and the like as Django's own `makemigrations` does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

PROGRAMS: Final = ("hub", "gate")
# No database is needed to compare models with migrations; Django would say that none answers.
_QUIET: Final = "ignore:Got an error checking a consistent migration history"


def main() -> int:
    """Exit code 0 when models and migrations agree."""
    if sys.argv[1:2] == ["make"]:
        return _django(sys.argv[2], *sys.argv[3:])
    return max(_django(program, "--check", "--dry-run") for program in PROGRAMS)


def _django(program: str, *words: str) -> int:
    command = [sys.executable, "-W", _QUIET, "-m", "django", "makemigrations", *words]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": f"qorgan.{program}.settings", "PYTHONPATH": "."}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
