"""A module that is enrolled, to be started."""

from __future__ import annotations

from tests.module.run.conftest import centre, site

__all__ = ["centre", "site"]
