"""The command `qorgan demo`."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `demo` to the command line."""
    parser = commands.add_parser(
        "demo",
        help="run a centre and six invented institutions on this machine",
        description="Runs a hub, six invented institutions with their people, example logs, and a gate, until Ctrl-C.",
    )
    parser.add_argument(
        "--state", type=Path, default=Path(".local/demo"), help="folder of its data (default %(default)s)"
    )
    parser.add_argument("--port", type=int, default=8450, help="port of the portal (default %(default)s)")
    parser.add_argument("--pace", type=float, default=1.0, help="records at this multiple of the usual pace")
    parser.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="stop by itself after a while")
    parser.add_argument("--json", action="store_true", help="print events as JSON, one a line")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from qorgan.demo.run import run  # noqa: PLC0415 (help must not wait for what running needs)

    return run(arguments)
