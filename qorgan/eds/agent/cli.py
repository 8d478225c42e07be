"""`qorgan eds agent`: run the sandbox agent in the place of NCALayer."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from qorgan.eds.agent.answering import Agent
    from qorgan.eds.pki.signing import Holder, Stamping

ENDED, UNUSABLE = 0, 2
"""Exit codes."""

_ABOUT = """\
Answers as NCALayer does (wss://127.0.0.1:13579, module kz.gov.pki.knca.basics), for trials of signing in a browser.
It signs whatever any page of this computer asks, without a question, with a key that `qorgan eds sandbox` wrote into
FOLDER. The browser must be told to trust its certificate (open https://127.0.0.1:13579 once), or run it with --plain.
"""
_TIMEOUT: Final = 10
"""Seconds."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `agent` to the subcommands of `qorgan eds`."""
    agent = commands.add_parser(
        "agent", help="run an agent like NCALayer with a sandbox key", description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    agent.add_argument("--folder", metavar="FOLDER", type=Path, required=True)
    agent.add_argument("--person", default="head", help="whose key: head (the usual), employee, individual")
    agent.add_argument("--port", type=int, default=13579)
    agent.add_argument("--tsp", metavar="ADDRESS", default="", help="who stamps times, such as the sandbox's /tsp")
    agent.add_argument("--mood", choices=["signs", "cancels", "fails", "alters"], default="signs")
    agent.add_argument("--plain", action="store_true", help="ws:// without TLS")
    agent.add_argument("--json", action="store_true", help="print the address as one JSON object")
    agent.set_defaults(run=run_agent)


def run_agent(args: argparse.Namespace) -> int:
    """Run until interrupted. Gives the exit code."""
    from qorgan.eds.agent.answering import LABEL  # noqa: PLC0415 - help must come at once
    from qorgan.eds.agent.server import AgentServer, own_certificate  # noqa: PLC0415
    from qorgan.eds.refusal import RefusedError  # noqa: PLC0415
    from qorgan.eds.sandbox_server import now  # noqa: PLC0415

    try:
        agent = _agent(args)
        tls = None if args.plain else own_certificate(args.folder, now())
        server = AgentServer(agent, args.port, tls)
    except ModuleNotFoundError:
        sys.stderr.write("The agent needs the package websockets: install qorgan[sandbox].\n")
        return UNUSABLE
    except (OSError, RefusedError) as wrong:
        sys.stderr.write(f"{wrong}. Give the folder of `qorgan eds sandbox`, and a port that is free.\n")
        return UNUSABLE
    with server:
        said = {"address": server.address, "person": args.person, "label": LABEL}
        print(json.dumps(said) if args.json else f"{LABEL}\n{server.address}, key of {args.person}", flush=True)
        server.wait()
    return ENDED


def _agent(args: argparse.Namespace) -> Agent:
    """The agent with the key of the person."""
    from qorgan.eds import certificate  # noqa: PLC0415 - help must come at once
    from qorgan.eds.agent.answering import Agent, Mood  # noqa: PLC0415
    from qorgan.eds.pki.keys import read_key  # noqa: PLC0415
    from qorgan.eds.pki.signing import Holder  # noqa: PLC0415
    from qorgan.eds.sandbox_server import now  # noqa: PLC0415

    own = certificate.read((args.folder / f"{args.person}.cer").read_bytes())
    holder = Holder(own, read_key((args.folder / f"{args.person}.key").read_bytes()))
    return Agent(holder=holder, clock=now, stamping=_stamping(args.tsp, holder), mood=Mood(args.mood))


def _stamping(address: str, holder: Holder) -> Stamping | None:
    """Stamps over HTTP; None where no address was given."""
    from contextlib import closing  # noqa: PLC0415 - help must come at once
    from http.client import HTTPConnection  # noqa: PLC0415
    from urllib.parse import urlsplit  # noqa: PLC0415

    from qorgan.eds import asn1_cms, timestamp  # noqa: PLC0415
    from qorgan.eds.algorithms import SIGNATURES  # noqa: PLC0415

    if not address:
        return None
    where = urlsplit(address)
    digest = SIGNATURES[holder.key.algorithm]

    def stamp(over: bytes) -> bytes:
        asked, _nonce = timestamp.request(over, digest)
        connection = HTTPConnection(where.hostname or "", where.port, timeout=_TIMEOUT)
        with closing(connection):
            connection.request("POST", where.path, asked, {"Content-Type": "application/timestamp-query"})
            raw = connection.getresponse().read()
        token: bytes = asn1_cms.TimestampResponse.load(raw)["token"].dump()
        return token

    return stamp
