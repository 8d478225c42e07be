"""`qorgan gate sandbox`: every registry and service that a gate asks, invented, in one process."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

_DESCRIPTION: Final = """\
Runs what a gate asks others for, invented: a biometric identification provider with a page where commands are followed
by buttons, terminals of an institution, the base of mobile citizens, a message gateway with an inbox, and an authority
of the digital signature with OCSP, timestamps and lists.

FOLDER receives the public keys, invented people's signature keys, and providers.toml: the tables by which a gate asks
this sandbox. Keys are new at each start and guard nothing.
"""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sandbox` to the subcommands of `qorgan gate`."""
    sandbox = commands.add_parser(
        "sandbox",
        help="run invented registries and services for a gate to ask",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sandbox.add_argument("--folder", metavar="FOLDER", type=Path, default=Path(".local/sandbox"))
    sandbox.add_argument("--host", default="127.0.0.1")
    sandbox.add_argument("--port", type=int, default=8470, help="of the registries; the authority has --authority-port")
    sandbox.add_argument("--authority-port", type=int, default=8471)
    sandbox.add_argument("--slow", type=float, default=20.0, metavar="SECONDS", help="how slow a slow service is")
    sandbox.add_argument("--json", action="store_true", help="print the addresses as one JSON object")
    sandbox.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run until interrupted. Gives the exit code."""
    from qorgan.gate.providers.sandbox import running  # noqa: PLC0415 - help must come at once
    from qorgan.gate.providers.sandbox.services import Services  # noqa: PLC0415
    from qorgan.gate.providers.sandbox.web import LABEL  # noqa: PLC0415
    from qorgan.kit import clock  # noqa: PLC0415
    from qorgan.kit.serving.listening import CannotServe, address, listen  # noqa: PLC0415

    services = Services(clock.now, slow_seconds=args.slow)
    try:
        with (
            listen(args.host, args.port, "--port") as listener,
            running.authority(args.host, args.authority_port) as eds,
        ):
            base = address(listener)
            file = running.write_settings(args.folder, base, services, eds)
            said = {"registries": base, "authority": eds.base, "settings": str(file)}
            lines = (LABEL, *(f"{name:<11} {value}" for name, value in said.items()))
            sys.stdout.write((json.dumps(said) if args.json else "\n".join(lines)) + "\n")
            sys.stdout.flush()
            with suppress(KeyboardInterrupt):
                running.serve(services, listener)
    except (CannotServe, OSError) as taken:
        sys.stderr.write(f"qorgan gate sandbox: {taken}\n")
        return 1
    return 0
