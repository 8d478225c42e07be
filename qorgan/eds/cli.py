"""`qorgan eds`: verify a signature or kept evidence, and run the sandbox's registries."""

from __future__ import annotations

import argparse
import base64
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qorgan.eds.agent import cli as agent

if TYPE_CHECKING:
    from qorgan.eds.verify import Trust, Verified

BELIEVED, REFUSED, UNUSABLE = 0, 1, 2
"""Exit codes."""

_VERIFY = """\
Verifies a CMS or XML signature offline. PIN is the certificate of an authority held for true (PEM or DER).
Revocation is judged by the lists given with --crl; without one every state is unknown, and unknown is refused.
--evidence says that FILE is evidence kept by an earlier verdict, which holds all that is needed but the pins.
--integrity asks only whether the signatures fit the document and the certificates beside them, whoever they are of.
"""
_EPILOG = "Exit code: 0 believed, 1 refused, 2 a file could not be used."
_SANDBOX = """\
Runs OCSP, timestamps and revocation lists of an invented authority, for trials. It writes its root, and keys with
certificates of an invented head, employee and individual, into FOLDER.
The keys are not encrypted: they guard nothing.
"""

_SIGNER = "one more employee, as NAME:BIN:ORGANISATION:SURNAME GIVEN, with NAME for the files; repeatable"


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `eds` to the subcommands of `qorgan`."""
    eds = commands.add_parser("eds", help="the digital signature: verify, and a sandbox authority")
    below = eds.add_subparsers(title="commands", metavar="COMMAND", required=True)
    verify = below.add_parser(
        "verify", help="verify a signature offline", description=_VERIFY, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    verify.add_argument("file", metavar="FILE", type=Path)
    verify.add_argument("--pin", metavar="PIN", type=Path, action="append", default=[], help="repeatable")
    verify.add_argument("--crl", metavar="LIST", type=Path, action="append", default=[], help="a list; repeatable")
    verify.add_argument("--document", metavar="DOCUMENT", type=Path, help="what was signed, where it lies beside")
    verify.add_argument("--at", metavar="TIME", type=datetime.fromisoformat, help="with a zone; now if absent")
    verify.add_argument("--test-numbers", action="store_true", help="allow wrong check digits of a test authority")
    verify.add_argument("--evidence", action="store_true", help="FILE is kept evidence")
    verify.add_argument("--integrity", action="store_true", help="ask for no trust")
    verify.add_argument("--json", action="store_true", help="print the outcome as one JSON object")
    verify.set_defaults(run=run_verify)
    sandbox = below.add_parser(
        "sandbox", help="run an invented authority", description=_SANDBOX,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    sandbox.add_argument("--folder", metavar="FOLDER", type=Path, required=True)
    sandbox.add_argument("--host", default="127.0.0.1")
    sandbox.add_argument("--port", type=int, default=8380)
    sandbox.add_argument("--json", action="store_true", help="print the address as one JSON object")
    sandbox.add_argument("--signer", metavar="WHO", action="append", default=[], help=_SIGNER)
    sandbox.set_defaults(run=run_sandbox)
    agent.register(below)


def run_verify(args: argparse.Namespace) -> int:
    """Verify and print. Gives the exit code."""
    from qorgan.eds.refusal import Refused, RefusedError  # noqa: PLC0415 - help must come at once

    try:
        verdict = _verdict(args)
    except OSError as unread:
        sys.stderr.write(f"{unread}. Give files that can be read.\n")
        return UNUSABLE
    except RefusedError as refused:
        sys.stderr.write(f"{refused}. Give authorities' certificates as --pin.\n")
        return UNUSABLE
    said = _refusal(verdict) if isinstance(verdict, Refused) else _believed(verdict)
    print(json.dumps(said, ensure_ascii=False) if args.json else _text(said))
    return REFUSED if isinstance(verdict, Refused) else BELIEVED


def _verdict(args: argparse.Namespace) -> Any:
    """The verdict that was asked for."""
    from qorgan.eds import evidence, verify  # noqa: PLC0415 - help must come at once

    raw = _bytes(args.file)
    document = args.document.read_bytes() if args.document else None
    if args.integrity:
        return verify.integrity(raw, document)
    trust = _trust(args)
    if args.evidence:
        return verify.again(evidence.read(raw), trust=trust)
    at = args.at or datetime.now(UTC)
    return verify.signature(raw, trust=trust, at=at, port=_Files(args.crl), document=document)


def _trust(args: argparse.Namespace) -> Trust:
    """Pins from files; a list from a file has no delta beside it."""
    from qorgan.eds.chain import pinned  # noqa: PLC0415 - help must come at once
    from qorgan.eds.revocation.state import RevocationRules  # noqa: PLC0415
    from qorgan.eds.verify import Trust  # noqa: PLC0415

    pins = pinned(path.read_bytes() for path in args.pin)
    return Trust(pins=pins, test_numbers=args.test_numbers, revocation=RevocationRules(delta=args.evidence))


class _Files:
    """A port that has only files: a list is asked for by its file's name."""

    def __init__(self, lists: list[Path]) -> None:
        self.lists = {path.name: path for path in lists}

    def ocsp(self, url: str, request: bytes) -> bytes:
        """Nobody answers offline."""
        raise LookupError(f"offline, {url} was not asked ({len(request)} bytes)")

    def crl(self, url: str) -> bytes:
        """The list whose file is named as the address ends."""
        return self.lists[url.rsplit("/", 1)[1]].read_bytes()


def _bytes(path: Path) -> bytes:
    """A file, out of base64 if it is in it."""
    raw = path.read_bytes()
    if raw[:1] in (b"\x30", b"<", b"{", b"\xef"):
        return raw
    try:
        return base64.b64decode(b"".join(line for line in raw.splitlines() if b"-" not in line), validate=True)
    except ValueError:
        return raw


def _refusal(verdict: Any) -> dict[str, Any]:
    """A refusal, to be printed."""
    return {"believed": False, "reason": str(verdict.reason), "where": verdict.where, "detail": verdict.detail}


def _believed(verdict: Verified | Any) -> dict[str, Any]:
    """A yes, to be printed."""
    from qorgan.eds.verify import Verified  # noqa: PLC0415 - help must come at once

    if not isinstance(verdict, Verified):
        signers = [{"serial": one.certificate.hexadecimal} for one in verdict.signers]
        return {"believed": None, "intact": True, "signers": signers}
    signers = [
        {
            "name": f"{one.subject.common_name} {one.subject.patronymic}".strip(),
            "iin": one.subject.iin,
            "bin": one.subject.bin,
            "organisation": one.subject.organisation,
            "roles": list(one.roles),
            "serial": one.serial,
            "issuer": one.issuer,
            "state": type(one.state).__name__.lower(),
            "judged_at": one.judged_at.isoformat(),
            "stamped": one.stamped_at is not None,
            "algorithm": one.algorithm,
        }
        for one in verdict.signers
    ]
    return {"believed": True, "form": str(verdict.form), "sha256": verdict.content_sha256, "signers": signers}


def _text(said: dict[str, Any]) -> str:
    """Lines for a person."""
    if said["believed"] is False:
        return f"Refused: {said['reason']} ({said['where']}). {said['detail']}."
    head = "Believed." if said["believed"] else "Intact; nothing is said of whose it is."
    return "\n".join([head, *(", ".join(f"{key}: {value}" for key, value in one.items()) for one in said["signers"])])


def run_sandbox(args: argparse.Namespace) -> int:
    """Run until interrupted."""
    from qorgan.eds.pki.sandbox import Sandbox, invented_bin, invented_iin  # noqa: PLC0415 - help must come at once
    from qorgan.eds.sandbox_server import LABEL, SandboxServer, now  # noqa: PLC0415

    with SandboxServer((args.host, args.port), lambda base: Sandbox(now(), base=base)) as server:
        sandbox = server.sandbox
        people = {
            "individual": sandbox.person(invented_iin(1)),
            "head": sandbox.head(invented_bin(1), "САНДБОКС АҚ", invented_iin(2)),
            "employee": sandbox.employee(invented_bin(1), "САНДБОКС АҚ", invented_iin(3)),
        }
        for number, who in enumerate(args.signer, 4):
            word, bin_digits, organisation, name = who.split(":", 3)
            people[word] = sandbox.employee(bin_digits, organisation, invented_iin(number), name=name)
        args.folder.mkdir(parents=True, exist_ok=True)
        (args.folder / "root.cer").write_bytes(sandbox.root.certificate.raw)
        (args.folder / "ca.cer").write_bytes(sandbox.authority.certificate.raw)
        for word, holder in people.items():
            (args.folder / f"{word}.cer").write_bytes(holder.certificate.raw)
            (args.folder / f"{word}.key").write_bytes(holder.key.to_bytes())
        folder = str(args.folder)
        plain = f"{LABEL}\n{server.base}, keys in {folder}"
        said = json.dumps({"address": server.base, "folder": folder}) if args.json else plain
        print(said, flush=True)
        server.serve_forever()
    return BELIEVED
