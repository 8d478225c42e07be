"""What NCALayer's module `kz.gov.pki.knca.basics` answers to one request, with a key of the sandbox.

The shapes are those of the agent itself: `status` true with `body.result` is a signature, true without it says that
the person cancelled, false carries `code`, `message` and `details`. A digest alone is never signed.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec

from qorgan.eds.pki.signing import Holder, Stamping, sign_cms

MODULE: Final = "kz.gov.pki.knca.basics"
METHOD: Final = "sign"
LABEL: Final = "SANDBOX: signs by itself with an invented key, believed by nobody"
HELLO: Final = json.dumps({"result": {"version": "1.2"}, "sandbox": LABEL})
"""What the agent says when somebody connects."""


class Mood(StrEnum):
    """What the person before the agent's window does."""

    SIGNS = "signs"
    CANCELS = "cancels"
    FAILS = "fails"
    """The agent has an error of its own."""
    ALTERS = "alters"
    """An agent in foreign hands: it signs other bytes than were asked for."""


class _SigningParams(msgspec.Struct, frozen=True):
    decode: bool = True
    encapsulate: bool = True
    digested: bool = False
    tsa_profile: dict[str, Any] | None = msgspec.field(name="tsaProfile", default=None)


class _SignerParams(msgspec.Struct, frozen=True):
    purposes: list[str] = msgspec.field(name="extKeyUsageOids", default_factory=list)


class _Args(msgspec.Struct, frozen=True):
    format: str
    data: str | list[str]
    signing: _SigningParams = msgspec.field(name="signingParams", default=_SigningParams())
    signer: _SignerParams = msgspec.field(name="signerParams", default=_SignerParams())


class _Request(msgspec.Struct, frozen=True):
    module: str
    method: str
    args: _Args


class _WrongError(Exception):
    """The agent cannot do what is asked, and says why."""


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """A person's computer in small: one key, and somebody who consents or does not."""

    holder: Holder
    clock: Callable[[], datetime]
    stamping: Stamping | None = None
    """Whoever stamps times, for requests with `tsaProfile`; without one those fail, as where no service answers."""
    mood: Mood = Mood.SIGNS

    def answer(self, text: str | bytes) -> str:
        """The answer to one request."""
        try:
            asked = msgspec.json.decode(text, type=_Request)
            said: dict[str, Any] = {"status": True, "body": self._body(asked)}
        except (_WrongError, msgspec.DecodeError) as wrong:
            said = {"status": False, "code": "500", "message": str(wrong), "details": LABEL}
        return json.dumps(said, ensure_ascii=False)

    def _body(self, asked: _Request) -> dict[str, Any]:
        if (asked.module, asked.method) != (MODULE, METHOD):
            raise _WrongError(f"The sandbox has no {asked.module}.{asked.method}")
        if self.mood is Mood.FAILS:
            raise _WrongError("The key storage cannot be opened")
        if self.mood is Mood.CANCELS:
            return {}
        self._check(asked.args)
        many = isinstance(asked.args.data, list)
        parts = asked.args.data if isinstance(asked.args.data, list) else [asked.args.data]
        made = [self._signed(part, asked.args.signing) for part in parts]
        return {"result": made if many else made[0]}

    def _check(self, args: _Args) -> None:
        """Refuse what this agent does not sign, and keys that the request's filter leaves out."""
        if args.format != "cms":
            raise _WrongError("The sandbox signs CMS alone")
        if args.signing.digested or not args.signing.decode:
            raise _WrongError("The sandbox signs documents in base64, and never a digest")
        missing = set(args.signer.purposes) - set(self.holder.certificate.purposes)
        if missing:
            raise _WrongError(f"No key has the purposes {', '.join(sorted(missing))}")
        if args.signing.tsa_profile is not None and self.stamping is None:
            raise _WrongError("The timestamp service does not answer")

    def _signed(self, data: str, params: _SigningParams) -> str:
        try:
            document = base64.b64decode(data, validate=True)
        except binascii.Error as wrong:
            raise _WrongError("The data is no base64") from wrong
        made = sign_cms(
            document + b" " if self.mood is Mood.ALTERS else document,
            [self.holder],
            self.clock(),
            attached=params.encapsulate,
            stamping=self.stamping if params.tsa_profile is not None else None,
        )
        return base64.b64encode(made).decode()
