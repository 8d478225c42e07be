"""Check the types: of the gate and of what names its models by its own Django settings, of all else by the hub's.

The plugin for Django knows models by one program's settings. `python tools/typecheck.py` checks all;
`python tools/typecheck.py gate PATH …` checks files of the gate.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
GATE: Final = ("qorgan/gate", "qorgan/bench/signins.py", "qorgan/demo/gate_people.py")
"""What names models of the gate."""
CACHE: Final = ROOT / ".mypy_cache" / "gate"
OF_THE_GATE: Final = {
    'django_settings_module = "qorgan.hub.settings"': 'django_settings_module = "qorgan.gate.settings"',
    'exclude = ["^qorgan/gate/", "^qorgan/bench/signins", "^qorgan/demo/gate_people"]': "exclude = []",
}
"""What pyproject.toml says of mypy, and what it is to hear for the gate."""
MYPY: Final = (sys.executable, "-m", "mypy")


def main() -> int:
    """Exit code 0 when every type holds."""
    if sys.argv[1:2] == ["gate"]:
        return _gate(sys.argv[2:] or GATE)
    elsewhere = subprocess.run(MYPY, cwd=ROOT, check=False).returncode
    return elsewhere or _gate(GATE)


def _gate(paths: Sequence[str]) -> int:
    """The project's own configuration, but for whose settings they are."""
    said = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for elsewhere, here in OF_THE_GATE.items():
        if elsewhere not in said:
            raise SystemExit(f"pyproject.toml does not say {elsewhere}; bring tools/typecheck.py in line with it")
        said = said.replace(elsewhere, here)
    CACHE.mkdir(parents=True, exist_ok=True)
    config = CACHE / "pyproject.toml"
    config.write_text(said, encoding="utf-8")
    command = [*MYPY, "--config-file", str(config), "--cache-dir", str(CACHE)]
    command += [path for path in paths if (ROOT / path).exists()]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
