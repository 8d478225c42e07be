"""Biometric identification as a factor: ordered, awaited, judged, kept (R56.1, R56.12, R56.13.1).

While the provider has not decided, `NotYet` is raised; when it does not answer, `Unavailable`. Neither proves anything
and neither is a wrong attempt: the gate fails closed, says so, and the person goes another way or comes again. The
provider is asked by errands, outside of any transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Literal, NoReturn, cast
from uuid import UUID

import msgspec
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qorgan.eds.subject import has_check_digit
from qorgan.gate.clients import access
from qorgan.gate.factors.answers import spelled
from qorgan.gate.factors.base import Challenge, Credential, Errand, FactorRefused, NotYet, Reason
from qorgan.gate.factors.biometrics import attempts
from qorgan.gate.factors.biometrics.keeping import keep, keep_image
from qorgan.gate.factors.biometrics.models import BiometricReport
from qorgan.gate.providers.biometrics import Order, Port, Report, State
from qorgan.gate.providers.checking import ReportRefused, Why
from qorgan.gate.providers.configured import identification
from qorgan.gate.rules.proof import BiometricSource, Proof
from qorgan.gate.sealing import index, seal, unseal
from qorgan.kit.refusal import Refusal, Unavailable
from qorgan.law.factors import Method

METHOD: Final = Method.BIOMETRICS
FACE: Final = "face"
"""The one credential that everybody has: whoever compares it, it is the same face."""
ORDER: Final = "biometrics.order"
_LONGEST: Final = 1 << 20
_Language = Literal["kk", "ru", "en"]


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What the ceremony keeps of an order. The order names the person, and so is sealed."""

    ceremony: UUID
    provider: str
    reference: str
    ordered_at: datetime
    order: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the provider said of an order: checked, and not yet kept."""

    order: Order
    provider: str
    liveness: bool
    """Whether the provider checks it."""
    report: Report
    signed: str
    image: bytes


def enrolled(client_id: UUID) -> list[Credential]:
    """Everybody has a face, where there is somebody to compare it."""
    if not identification(settings.CONFIG):
        return []
    passed = BiometricReport.objects.filter(client_id=client_id, state=State.PASSED.value).order_by("-finished_at")
    used = passed.values_list("finished_at", flat=True).first()
    return [Credential(id=FACE, method=METHOD, created_at=access.by_id(client_id).created_at, used_at=used)]


def begin(
    client_id: UUID | None,
    *,
    ceremony: UUID,
    nonce: bytes,
    purpose: str,
    now: datetime,
    source: BiometricSource | None = None,
    subject: str = "",
) -> Errand[Challenge]:
    """Count an attempt; the errand orders an identification. Raises Refusal where nobody does so or it is too soon.

    `source` is the person's choice; the state's centre when they made none. For a person who is not known, nobody's
    number is asked about, and attempts are counted under `subject`: what they called themselves.
    """
    port = _chosen(source)
    client = access.by_id(client_id) if client_id else None
    order = Order(
        customer=settings.CONFIG.providers.customer,
        iin=access.iin_of(client.pk) if client else _nobody(nonce),
        session=ceremony,
        nonce=spelled(nonce),
        purpose=purpose,
        return_to=f"{settings.CONFIG.portal.address}/ceremonies/{ceremony}/identified",
        language=cast("_Language", client.language if client else "kk"),
    )
    who = _who(order) if client else subject or str(ceremony)
    attempts.begun(who, liveness=port.liveness, now=now)
    return Errand(
        port.name, lambda: _ordered(port, order, now), undo=lambda: attempts.undone(who, liveness=port.liveness)
    )


def hear(
    client_id: UUID | None, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
) -> Errand[Heard]:
    """What the provider has to say. `answer` may hold `brought`: what an app brings from the institution's device.

    Raises FactorRefused.
    """
    del client_id
    ordered = msgspec.convert(dict(kept), _Kept)
    if ordered.ceremony != ceremony:
        raise FactorRefused(Reason.OTHER_CEREMONY)
    order = msgspec.json.decode(unseal(ordered.order, field=ORDER, row=ceremony), type=Order)
    port, brought = _named(ordered.provider), _brought(answer)
    return Errand(port.name, lambda: _heard(port, order, ordered, brought, now))


def verify(
    client_id: UUID | None,
    kept: Mapping[str, Any],
    answer: Mapping[str, Any],
    *,
    ceremony: UUID,
    now: datetime,
    heard: Heard,
) -> Proof:
    """What the report proves. Raises FactorRefused. A report is kept also when it is negative."""
    del kept, answer
    order, report = heard.order, heard.report
    if order.session != ceremony:
        raise FactorRefused(Reason.OTHER_CEREMONY)
    if client_id is None or access.iin_of(client_id) != order.iin:
        raise FactorRefused(Reason.NOT_ENROLLED if client_id is None else Reason.NOT_THEIRS)
    row = keep(client_id, heard.provider, report, heard.signed, now=now)
    if heard.image and report.liveness and report.liveness.image:
        keep_image(row, heard.image, report.liveness.image, now=now)
    if report.state is not State.PASSED:
        raise FactorRefused(Reason.NEGATIVE, report.state)
    attempts.passed(_who(order), liveness=heard.liveness)
    return Proof(
        method=METHOD, credential=FACE, at=min(now, report.finished_at), source=report.source, report=str(row.pk)
    )


def enrol_begin(client_id: UUID, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
    """A face is not enrolled: the reference image is the state's or the provider's. Raises FactorRefused."""
    del client_id, ceremony, nonce, purpose, now
    _not_here()


def enrol_finish(
    client_id: UUID, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
) -> Credential:
    """See `enrol_begin`."""
    del client_id, kept, answer, ceremony, now
    _not_here()


def remove(client_id: UUID, credential: str, *, now: datetime) -> None:
    """Nobody's face can be taken away. Raises FactorRefused. Images are destroyed by `images.destroy`."""
    del client_id, credential, now
    _not_here()


def _not_here() -> NoReturn:
    raise FactorRefused(Reason.KIND_FORBIDDEN, "a face is neither enrolled nor removed here")


def _ordered(port: Port, order: Order, now: datetime) -> Challenge:
    """The order given. Raises Unavailable."""
    started = port.start(order, now=now)
    kept = _Kept(
        ceremony=order.session,
        provider=port.name,
        reference=started.reference,
        ordered_at=now,
        order=seal(msgspec.json.encode(order).decode(), field=ORDER, row=order.session),
    )
    public = {
        "source": port.source.value,
        "redirect_url": started.redirect_url,
        "token": started.token,
        "expires_at": started.expires_at.isoformat(),
        "sources": [one.source.value for one in identification(settings.CONFIG)],
    }
    return Challenge(public=public, kept=msgspec.to_builtins(kept))


def _heard(port: Port, order: Order, ordered: _Kept, brought: str, now: datetime) -> Heard:
    """The report, judged, and its image. Raises FactorRefused, NotYet, Unavailable."""
    signed = _signed(port, ordered.reference, brought)
    report = _judged(port, signed, order, ordered, now)
    image = _image(port, ordered.reference, brought, report)
    return Heard(order, port.name, port.liveness, report, signed, image)


def _chosen(source: BiometricSource | None) -> Port:
    for port in identification(settings.CONFIG):
        if source in (None, port.source):
            return port
    words = _("Nobody identifies biometrically here. Go another way.")
    raise Refusal("biometrics-missing", words, status=HTTPStatus.CONFLICT)


def _who(order: Order) -> str:
    """What attempts on a person are counted under: the person, however many accounts or registrations they have."""
    return index(order.iin, field=ORDER).hex()


def _nobody(nonce: bytes) -> str:
    """An IIN that nobody has, with a right check digit: born in 1900, with a random number of its own."""
    number = int.from_bytes(nonce[:2], "big") % 1000
    return next(
        digits for digits in (f"0001013{number:03d}{last:02d}" for last in range(100)) if has_check_digit(digits)
    )


def _named(name: str) -> Port:
    for port in identification(settings.CONFIG):
        if port.name == name:
            return port
    raise FactorRefused(Reason.EXPIRED, "who identified is asked no more")


def _brought(answer: Mapping[str, Any]) -> str:
    said = answer.get("brought", "")
    if not isinstance(said, str) or len(said) > _LONGEST:
        raise FactorRefused(Reason.MALFORMED, "what was brought is too long or no text")
    return said


def _signed(port: Port, reference: str, brought: str) -> str:
    """The signed report. Raises NotYet, Unavailable, and FactorRefused where none was or will be made."""
    collected = port.collect(reference, brought)
    if collected.report:
        return collected.report
    if collected.state is State.PENDING:
        raise NotYet(port.name)
    if collected.state in (State.SERVICE_ERROR, State.PASSED):
        # A yes without a report is an outage of whoever should have signed it.
        raise Unavailable(port.name)
    raise FactorRefused(Reason.NEGATIVE, collected.state)


def _judged(port: Port, signed: str, order: Order, ordered: _Kept, now: datetime) -> Report:
    try:
        report = port.checked(signed, order, ordered.reference, ordered_at=ordered.ordered_at, now=now)
    except ReportRefused as refused:
        raise FactorRefused(Reason.REPORT_REFUSED, refused.why) from None
    if report.state is State.SERVICE_ERROR:
        raise Unavailable(port.name)
    return report


def _image(port: Port, reference: str, brought: str, report: Report) -> bytes:
    """The face image of the liveness check. Raises Unavailable where the state's, which must be kept, is not given."""
    if report.liveness is None or report.liveness.image is None:
        return b""
    image = port.image(reference, brought)
    if not image:
        if report.source is BiometricSource.STATE:
            raise Unavailable(port.name)
        return b""
    if hashlib.sha256(image).hexdigest() != report.liveness.image:
        raise FactorRefused(Reason.REPORT_REFUSED, Why.ANOTHER_IMAGE)
    return image
