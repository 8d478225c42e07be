"""Fail when a model has changed and its migration was not written."""

from __future__ import annotations

import os
import sys
import warnings

import django
from django.core.management import call_command


def main() -> int:
    """Exit code 0 when models and migrations agree."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qorgan.hub.settings")
    django.setup()
    # No database is needed to compare models with migrations; Django would say that none answers.
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
