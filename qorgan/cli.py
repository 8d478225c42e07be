"""`qorgan`: one command, its subcommands known by each room and loaded only when they are run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from qorgan import __version__

ROOMS: Final = (
    "qorgan.hub.cli",
    "qorgan.module.cli",
    "qorgan.gate.cli",
    "qorgan.ledger.cli",
    "qorgan.eds.cli",
    "qorgan.demo.cli",
)
"""Modules with a function `register(commands)`. Each keeps its imports light: help must come at once."""

_EPILOG: Final = """\
Every command has --help and --json. Errors are one line with a remedy, on standard error.
Exit code: 0 done, 1 refused or not proven, 2 the command line or a file could not be used.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="qorgan",
        description="The information-security system of Kazakhstan's financial market.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"qorgan {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for room in ROOMS:
        if find_spec(room) is not None:
            import_module(room).register(commands)
    return parser
