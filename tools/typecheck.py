"""Check the types: of the gate by its own Django settings, of everything else by the hub's.

The plugin for Django knows models by one program's settings. `python tools/typecheck.py` checks all;
`python tools/typecheck.py gate PATH …` checks files of the gate.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
CACHE: Final = ROOT / ".mypy_cache" / "gate"
OF_THE_GATE: Final = {
    'django_settings_module = "qorgan.hub.settings"': 'django_settings_module = "qorgan.gate.settings"',
    'exclude = ["^qorgan/gate/"]': "exclude = []",
}
"""What pyproject.toml says of mypy, and what it is to hear for the gate."""
MYPY: Final = (sys.executable, "-m", "mypy")


def main() -> int:
    """Exit code 0 when every type holds."""
    if sys.argv[1:2] == ["gate"]:
        return _gate(sys.argv[2:] or ["qorgan/gate"])
    elsewhere = subprocess.run(MYPY, cwd=ROOT, check=False).returncode
    return elsewhere or _gate(["qorgan/gate"])


def _gate(paths: list[str]) -> int:
    """The project's own configuration, but for whose settings they are."""
    said = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for elsewhere, here in OF_THE_GATE.items():
        if elsewhere not in said:
            raise SystemExit(f"pyproject.toml does not say {elsewhere}; bring tools/typecheck.py in line with it")
        said = said.replace(elsewhere, here)
    CACHE.mkdir(parents=True, exist_ok=True)
    config = CACHE / "pyproject.toml"
    config.write_text(said, encoding="utf-8")
    command = [*MYPY, "--config-file", str(config), "--cache-dir", str(CACHE), *paths]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
