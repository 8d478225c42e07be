"""What pages of every program share: headers, static files, built scripts, components, the language.

Django is known here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

PAGE_PARTS: Final = Path(__file__).parent / "templates"
"""Templates of components, for the `DIRS` of a program's settings."""
