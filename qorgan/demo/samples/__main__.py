"""`python -m qorgan.demo.samples`: the sample bank and the sample platform, beside a gate that runs.

The first time it registers both at the gate, by the gate's own commands, and keeps their secrets in its folder.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import httpx
import uvicorn

from qorgan.demo.samples.relying_party import RelyingParty
from qorgan.demo.samples.site import Site

_POPULATIONS: Final = {"bank": "bank-client", "platform": "participant"}
_SECRETS: Final = "sample-secrets.json"


def addresses(port: int) -> dict[str, str]:
    """Where each sample answers: by a name, as the gate does."""
    return {kind: f"http://localhost:{port + number}" for number, kind in enumerate(_POPULATIONS)}


def secrets_in(folder: Path, port: int) -> dict[str, str]:
    """What each proves itself with at the gate, which is told where each is; registered where it is not known there."""
    kept = folder / _SECRETS
    known: dict[str, str] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    for kind, address in addresses(port).items():
        if kind not in known or _gate("application-change", kind, *_where(address)).returncode:
            known[kind] = _registered(kind, address)
            folder.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(json.dumps(known), "utf-8")
    return known


def _registered(kind: str, address: str) -> str:
    """The secret of an application that is registered now."""
    what = ("--name", f"Sample {kind}", "--kind", "web", "--population", _POPULATIONS[kind], "--scope", "profile")
    done = _gate("application-add", kind, *what, *_where(address))
    if done.returncode:
        raise SystemExit(f"the sample {kind} could not be registered: {done.stdout}{done.stderr}".strip())
    secret: str = json.loads(done.stdout)["secret"]
    return secret


def _where(address: str) -> tuple[str, ...]:
    sent_to = ("--redirect", f"{address}/signed-in", "--after-sign-out", f"{address}/signed-out")
    return (*sent_to, "--back-channel", f"{address}/back-channel")


def _gate(verb: str, kind: str, *said: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "qorgan", "gate", verb, f"sample-{kind}", "--json", *said]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)


async def serve(gate: str, known: dict[str, str], port: int) -> None:
    """Serve both until asked to stop."""
    async with httpx.AsyncClient(timeout=30) as http:
        servers = []
        for number, (kind, address) in enumerate(addresses(port).items()):
            party = RelyingParty(http, gate, f"sample-{kind}", known[kind], address)
            site = Site(kind, party, secure=address.startswith("https"))
            config = uvicorn.Config(site, host="127.0.0.1", port=port + number, lifespan="off", log_level="warning")
            servers.append(uvicorn.Server(config))
            print(f"{kind:<9} {address}", flush=True)
        await asyncio.gather(*(server.serve() for server in servers))


def main() -> None:
    """Read the command line, register, serve."""
    parser = argparse.ArgumentParser(prog="python -m qorgan.demo.samples", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gate", default="http://localhost:8460", help="the gate's address (default %(default)s)")
    parser.add_argument("--state", type=Path, default=Path(".local/samples"), help="folder of their secrets")
    parser.add_argument("--port", type=int, default=8471, help="of the bank; the platform has the next")
    args = parser.parse_args()
    asyncio.run(serve(args.gate, secrets_in(args.state, args.port), args.port))


if __name__ == "__main__":
    main()
