"""Runs a program's migrations as the owner, in a process of their own: this one stays without Django."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

from qorgan.kit.database.connection import DatabaseRefused

TIMEOUTS: Final = "-c lock_timeout=4s -c statement_timeout=120s"
"""A migration that waits for a lock makes everybody behind it wait too: it gives up and is started again."""


def migrate(settings: str, environment: dict[str, str]) -> None:
    """Bring the tables to this release. `environment` leads the settings to the owner's connection.

    Raises DatabaseRefused with the reason of the first migration that failed.
    """
    # Django's checks read every page's code and say nothing of the database: tests make them, not whoever starts.
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--no-input", "--skip-checks", "--verbosity", "0"],
        env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise DatabaseRefused(f"a migration failed: {last}; nothing after it was run, start again once it is mended")
