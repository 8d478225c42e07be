"""The hub and the gate serve by their own settings, whatever the surroundings that start them were meant for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASK = "import qorgan.{program}.asgi; from django.conf import settings; print(settings.ROOT_URLCONF)"


@pytest.mark.parametrize(("program", "other"), [("gate", "hub"), ("hub", "gate")])
def test_settings_of_another_program_in_the_environment_count_for_nothing(
    tmp_path: Path, program: str, other: str
) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": f"qorgan.{other}.settings",
        "QORGAN_HUB_STATE": str(tmp_path / "hub"),
    }
    served = subprocess.run(
        [sys.executable, "-c", ASK.format(program=program)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert served.stdout.split() == [f"qorgan.{program}.urls"], served.stderr
