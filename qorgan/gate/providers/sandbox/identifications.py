"""Orders of the sandbox's provider: from the order over liveness and comparison to the signed report."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec
from msgspec import Struct

from qorgan.eds.subject import has_check_digit
from qorgan.gate.providers.biometrics import REPORT_TYPE, Comparison, Liveness, Order, Report, State
from qorgan.gate.providers.sandbox import faces
from qorgan.gate.providers.sandbox.liveness import Check, new_check
from qorgan.gate.providers.signed import PrivateKey, sign
from qorgan.gate.rules.proof import BiometricSource

LIFE: Final = timedelta(minutes=10)
_MOST: Final = 10_000
"""Orders that are remembered."""

REASONS: Final[Mapping[State, str]] = {
    State.PASSED: "face and reference are alike enough",
    State.FAILED_LIVENESS: "three commands were not followed",
    State.FAILED_MATCH: "face and reference are not alike enough",
    State.IIN_NOT_FOUND: "no reference image for this number",
    State.SERVICE_ERROR: "the reference image could not be had",
    State.CANCELLED: "the person did not want to go on",
    State.EXPIRED: "nothing was done in time",
}


class Signing(Struct, frozen=True, kw_only=True):
    """Who the reports are by."""

    issuer: str
    kid: str
    key: PrivateKey
    source: BiometricSource
    reference: Literal["state", "provider"]


class Identification:
    """One order and what became of it."""

    def __init__(self, order: Order, at: datetime) -> None:
        self.order = order
        self.reference = secrets.token_urlsafe(18)
        self.token = secrets.token_urlsafe(32)
        """Opens the page, and nothing else."""
        self.ordered_at = at
        self.started_at = at
        self.check: Check = new_check()
        self.state = State.PENDING
        self.image = b""
        self.report = ""

    @property
    def expires_at(self) -> datetime:
        """When it ends by itself."""
        return self.ordered_at + LIFE


class Identifications:
    """All orders of one provider."""

    def __init__(self, signing: Signing, now: Callable[[], datetime]) -> None:
        self.signing = signing
        self.now = now
        self.without_image: set[str] = set()
        """IINs of which there is no reference image."""
        self.failing: set[str] = set()
        """IINs whose reference image cannot be had."""
        self._by_reference: dict[str, Identification] = {}
        self._by_token: dict[str, Identification] = {}

    def order(self, order: Order) -> Identification:
        """Take an order. The oldest is forgotten when there are too many."""
        made = Identification(order, self.now())
        self._by_reference[made.reference] = self._by_token[made.token] = made
        if len(self._by_reference) > _MOST:
            oldest = self._by_reference.pop(next(iter(self._by_reference)))
            self._by_token.pop(oldest.token)
        return made

    def by_reference(self, reference: str) -> Identification | None:
        """As the institution names it."""
        return self._current(self._by_reference.get(reference))

    def by_token(self, token: str) -> Identification | None:
        """As the person's page names it."""
        return self._current(self._by_token.get(token))

    def follow(self, one: Identification, gesture: str, *, face: str) -> None:
        """Somebody did something before the camera. `face` is the IIN of whose face it is."""
        if one.state is not State.PENDING:
            return
        one.check = one.check.followed(gesture, self.now())
        if one.check.current is not None:
            return
        if not one.check.passed:
            self._finish(one, State.FAILED_LIVENESS)
            return
        one.image = faces.live(face)
        self._compare(one)

    def cancel(self, one: Identification) -> None:
        """The person does not want to go on."""
        if one.state is State.PENDING:
            self._finish(one, State.CANCELLED)

    def _current(self, one: Identification | None) -> Identification | None:
        if one is not None and one.state is State.PENDING and self.now() >= one.expires_at:
            self._finish(one, State.EXPIRED)
        return one

    def _compare(self, one: Identification) -> None:
        """The image that came out of the liveness check, and no other, with the reference image (R56.12)."""
        iin = one.order.iin
        liveness = self._liveness(one)
        if iin in self.failing:
            self._finish(one, State.SERVICE_ERROR, liveness)
            return
        if iin in self.without_image or not has_check_digit(iin):
            self._finish(one, State.IIN_NOT_FOUND, liveness)
            return
        score = max(0.0, faces.likeness(one.image, faces.reference(iin)))
        compared = Comparison(
            image=digest(one.image),
            reference=self.signing.reference,
            score=score,
            threshold=faces.THRESHOLD,
            finished_at=self.now(),
        )
        alike = score >= faces.THRESHOLD
        self._finish(one, State.PASSED if alike else State.FAILED_MATCH, liveness, compared)

    def _liveness(self, one: Identification) -> Liveness:
        return Liveness(
            passed=one.check.passed,
            attempt=min(one.check.failures + 1, 3),
            commands=one.check.given,
            finished_at=self.now(),
            image=digest(one.image) if one.image else None,
        )

    def _finish(
        self,
        one: Identification,
        state: State,
        liveness: Liveness | None = None,
        comparison: Comparison | None = None,
    ) -> None:
        one.state = state
        if liveness is None and one.check.given:
            liveness = self._liveness(one)
        report = Report(
            id=secrets.token_urlsafe(18),
            issuer=self.signing.issuer,
            source=self.signing.source,
            customer=one.order.customer,
            reference=one.reference,
            session=one.order.session,
            nonce=one.order.nonce,
            iin=one.order.iin,
            purpose=one.order.purpose,
            state=state,
            reason=REASONS[state],
            started_at=one.started_at,
            finished_at=self.now(),
            liveness=liveness,
            comparison=comparison,
        )
        one.report = sign(msgspec.json.encode(report), self.signing.key, kid=self.signing.kid, typ=REPORT_TYPE)


def digest(image: bytes) -> str:
    """SHA-256 of an image, as reports name it."""
    return hashlib.sha256(image).hexdigest()
