"""What every test may lean on."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real logs and vectors beside the checkout; tests that read it skip where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("shared/ with real logs and vectors is not beside this checkout")
    return SHARED
