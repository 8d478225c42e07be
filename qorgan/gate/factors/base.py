"""What every factor has in common: what it gives, what it is asked, and how it says no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec

from qorgan.gate.rules.proof import Proof
from qorgan.law.factors import Method

_T = TypeVar("_T")
NOBODY: Final = UUID(int=0)
"""Stands for a person who is not known, so that the same is looked for."""


class Reason(StrEnum):
    """Why a factor proves nothing, for the journal. Whoever is signing in is told none of these."""

    ALREADY_USED = "already-used"
    CLOSED = "closed"
    COPIED = "copied"
    """A counter went backwards: the credential exists twice."""
    EXPIRED = "expired"
    KIND_FORBIDDEN = "kind-forbidden"
    """The institution does not take authenticators of this model, or none whose model is unproven."""
    MALFORMED = "malformed"
    NEGATIVE = "negative"
    """Whoever identifies said no; the detail says how it ended."""
    NOT_ENROLLED = "not-enrolled"
    NOT_THEIRS = "not-theirs"
    NOT_VERIFIED = "not-verified"
    """The authenticator did not verify who uses it."""
    OTHER_CEREMONY = "other-ceremony"
    REPORT_REFUSED = "report-refused"
    """What was signed about the person counts for nothing; the detail says why."""
    SIGNATURE_REFUSED = "signature-refused"
    """`eds` says why in the detail."""
    TAKEN = "taken"
    """Somebody has this credential already."""
    TOO_MANY = "too-many"
    UNACCEPTABLE = "unacceptable"
    """A new secret is too short, too long or guessed first; the detail says which."""
    WITHOUT_BIOMETRICS = "without-biometrics"
    WRONG = "wrong"


class FactorRefused(Exception):
    """Nothing was proven, or nothing enrolled. The message is for a log and holds no personal data."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail


class NotYet(Exception):
    """Whoever decides has not decided. Nothing is wrong, and the same question is to be asked again."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a person has enrolled, as its owner may see it."""

    id: str
    """As proofs name it; of one method alone."""
    method: Method
    created_at: datetime
    used_at: datetime | None = None
    name: str = ""
    """What its owner calls it."""


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a person."""

    public: dict[str, Any] = {}
    """To be shown, or handed to the browser or the app. JSON."""
    kept: dict[str, Any] = {}
    """To be kept in the ceremony and handed back to the factor with the answer. JSON; secrets in it are sealed."""


def _nothing() -> None:
    """There is nothing to take back."""


@dataclass(frozen=True, slots=True)
class Errand(Generic[_T]):
    """What somebody else has to be asked, made inside a transaction and run outside of any: the answer may be slow."""

    service: str
    """Our name of whom it asks."""
    run: Callable[[], _T]
    """Asks. Touches no database. Raises Unavailable, NotYet, FactorRefused."""
    undo: Callable[[], None] = _nothing
    """Takes back, in a transaction, what was counted when nobody answered."""


class Factor(Protocol):
    """What the module `verifying` of each factor's folder gives.

    Each verb runs in the caller's transaction: what it writes holds when the ceremony's step does. A client of `None`
    is a person who is not known: the same is asked, the same work is done, and the answer is refused. Whom a factor has
    to ask is asked between two such transactions, by an Errand.
    """

    METHOD: Method

    def enrolled(self, client_id: UUID) -> list[Credential]:
        """What the client has of this factor."""

    def begin(
        self, client_id: UUID | None, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime
    ) -> Challenge | Errand[Challenge]:
        """A challenge that is good in this ceremony alone. `nonce` is random and used for no other challenge.

        `purpose` is the ceremony's kind and population, `sign-in:bank-client`: a signed text repeats both.
        """

    def verify(
        self,
        client_id: UUID | None,
        kept: Mapping[str, Any],
        answer: Mapping[str, Any],
        *,
        ceremony: UUID,
        now: datetime,
    ) -> Proof:
        """What the answer proves. Raises FactorRefused.

        A factor that asks somebody else is given what was `heard` besides, and so it is in `enrol_finish`.
        """

    def enrol_begin(self, client_id: UUID, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
        """What is needed to enrol."""

    def enrol_finish(
        self, client_id: UUID, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
    ) -> Credential:
        """Enrol what was shown. Raises FactorRefused."""

    def remove(self, client_id: UUID, credential: str, *, now: datetime) -> None:
        """Take a credential away for good. Raises FactorRefused when the client has none of this id."""


class Asking(Protocol):
    """What the module of a factor gives besides, that has to ask somebody else what an answer is worth."""

    def hear(
        self,
        client_id: UUID | None,
        kept: Mapping[str, Any],
        answer: Mapping[str, Any],
        *,
        ceremony: UUID,
        now: datetime,
    ) -> Errand[Any]:
        """What is to be asked; `verify` and `enrol_finish` are given what came of it as `heard`. Raises FactorRefused.

        Unavailable when they do not answer and NotYet while they have not decided: the attempt is then neither right
        nor wrong, and nothing of it is kept.
        """
