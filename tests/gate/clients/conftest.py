"""A configuration that a test may change for itself."""

from __future__ import annotations

import msgspec
import pytest


@pytest.fixture
def settings_config(gate, monkeypatch):
    from django.conf import settings

    def change(**registration):
        config = settings.CONFIG
        changed = msgspec.structs.replace(config.registration, **registration)
        monkeypatch.setattr(settings, "CONFIG", msgspec.structs.replace(config, registration=changed))

    return change
