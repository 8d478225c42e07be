"""Signing in is what these tests are about: here everybody goes through the pages."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def signed_in(signed_in_by_pages: Any) -> Any:
    """Take somebody through the real sign-in pages, and give their browser."""
    return signed_in_by_pages
