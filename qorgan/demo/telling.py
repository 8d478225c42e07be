"""What the demonstration says to the terminal: an address, how to sign in, and what is happening."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from qorgan.demo.gate import Gate
from qorgan.demo.gate_known import Known
from qorgan.demo.market import Person
from qorgan.demo.sign_in import STEP, SignIn


class Teller:
    """Writes lines; on a terminal it keeps the current sign-in code on the last one."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._on_terminal = sys.stdout.isatty() and not as_json
        self._told = ""

    def say(self, event: str, words: str) -> None:
        """One thing that happened."""
        if self._as_json:
            self._write(json.dumps({"event": event, "words": words}) + "\n")
        else:
            self._write(f"{self._clear()}{time.strftime('%H:%M:%S')}  {words}\n")

    def welcome(self, address: str, people: Sequence[Person], sign_in: SignIn, folder: Path, key: str) -> None:
        """Where to go, who to be, and by which key of the ledger receipts are believed."""
        if self._as_json:
            said = {
                "event": "ready",
                "address": address,
                "people": {person.email: person.role for person in people},
                "password": sign_in.password,
                "totp": sign_in.totp,
                "ledger": key,
            }
            self._write(json.dumps(said) + "\n")
            return
        width = max(len(person.email) for person in people)
        who = "\n            ".join(f"{person.email:<{width}}  {person.who}" for person in people)
        self._write(
            f"\n  Open      {address}\n"
            f"  Sign in   {who}\n"
            f"  Password  {sign_in.password}\n"
            f"  Code      {self._code(sign_in)}\n\n"
            f"  An authenticator app gives the codes too; its secret is {sign_in.totp}\n"
            f"  Receipts are believed by this key of the ledger: {key}\n"
            f"  Mail is off: what would be sent is under Notices in the portal.\n"
            f"  docs/tour.md walks from a signal to a closed card.\n"
            f"  Logs and data are in {folder}. Ctrl-C stops everything.\n\n"
        )

    def gate(self, gate: Gate, known: Sequence[Known], stranger: Known) -> None:
        """Where the gate's sites are, who is known there, and who may register."""
        if self._as_json:
            said = {
                "event": "gate",
                "address": gate.address,
                "bank": gate.bank,
                "platform": gate.platform,
                "sandbox": gate.sandbox,
                "config": str(gate.config),
                "people": {one.iin: one.population.value for one in known},
                "stranger": {"iin": stranger.iin, "phone": stranger.phone},
            }
            self._write(json.dumps(said) + "\n")
            return
        client, participant = (one.iin for one in known)
        self._write(
            f"  Sample bank      {gate.bank}\n"
            f"                   sign in as {client}, with the password and a code of above\n"
            f"  Sample platform  {gate.platform}\n"
            f"                   sign in as {participant}, with the password and your face at the sandbox\n"
            f"  Gate             {gate.address}\n"
            f"                   register as {stranger.iin}, {stranger.phone}\n"
            f"  Its sandboxes    {gate.sandbox}   commands by buttons, and an inbox of messages: all invented\n\n"
        )

    def tick(self, sign_in: SignIn) -> None:
        """Keep the code in sight: on a terminal every second, elsewhere whenever it changes."""
        code = sign_in.code(time.time())
        if self._on_terminal:
            self._write(f"{self._clear()}  Code      {self._code(sign_in)} ")
        elif not self._as_json and code != self._told:
            self._write(f"  Code      {self._code(sign_in)}\n")
        self._told = code

    def _code(self, sign_in: SignIn) -> str:
        now = time.time()
        code = sign_in.code(now)
        return f"{code[:3]} {code[3:]}   (for {STEP - int(now) % STEP} s more, then another)"

    def _clear(self) -> str:
        return "\r\x1b[K" if self._on_terminal else ""

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
