"""Take the pictures of docs/tour.md: starts a demonstration of its own, walks the tour, and writes docs/pictures.

`python -m tools.pictures` takes them all again; `--to FOLDER` writes them somewhere else. A picture of more than 200 KB
is refused: a page that long is not what the tour wants to show.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from qorgan.demo.sign_in import SignIn
from qorgan.kit.postgres.home import home_of
from tools.tour import tour, walk

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES: Final = Path(__file__).resolve().parents[1] / "docs" / "pictures"
LARGEST: Final = 200_000
"""Bytes of one picture."""
PORT: Final = 8650


@contextmanager
def demonstration(state: Path, port: int) -> Iterator[dict[str, Any]]:
    """A demonstration that runs and whose people have worked; gives what it said when it was ready."""
    command = [
        str(Path(sys.executable).with_name("qorgan")),
        "demo",
        "--state",
        str(state),
        "--port",
        str(port),
        "--json",
    ]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ), start_new_session=True)
    try:
        yield _ready(running)
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=90)
        # Started by root, PostgreSQL lives where its own user can reach it.
        for owner in (state / "hub", state / "gate" / "state"):
            shutil.rmtree(home_of(owner / "postgres").path, ignore_errors=True)


def _ready(running: subprocess.Popen[str]) -> dict[str, Any]:
    ready: dict[str, Any] = {}
    for line in running.stdout or ():
        said = json.loads(line)
        if said["event"] == "ready":
            ready |= said
        if said["event"] == "gate":
            ready["gate"] = said
        if said["event"] == "acts":
            return ready
    raise RuntimeError("the demonstration did not come up")


def main() -> int:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=PICTURES)
    parser.add_argument("--port", type=int, default=PORT)
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    large: list[str] = []

    def picture(name: str, page: Page) -> None:
        path = arguments.to / f"tour-{name}.png"
        size = len(page.screenshot(path=str(path)))
        print(f"{path} {size:,} bytes")
        if size > LARGEST:
            large.append(path.name)

    with (
        tempfile.TemporaryDirectory(prefix="qorgan-tour-") as folder,
        demonstration(Path(folder), arguments.port) as said,
        walk(said["address"], SignIn(said["password"], said["totp"]), picture) as one,
    ):
        tour(one)
    for name in large:
        print(f"{name} is larger than {LARGEST:,} bytes", file=sys.stderr)
    return bool(large)


if __name__ == "__main__":
    sys.exit(main())
