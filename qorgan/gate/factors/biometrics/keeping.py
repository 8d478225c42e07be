"""Keeps a report and its face image: sealed, bound to the ceremony, with the day the image is destroyed on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction

from qorgan.gate.clients import access
from qorgan.gate.factors.base import FactorRefused, Reason
from qorgan.gate.factors.biometrics.models import BiometricImage, BiometricReport
from qorgan.gate.journal.entry import HERE, Entry
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.writing import write
from qorgan.gate.providers.biometrics import Report, State
from qorgan.gate.providers.checking import Why
from qorgan.gate.sealing import seal_bytes

SIGNED: Final = "biometrics.report"
IMAGE: Final = "biometrics.image"
"""Bound to the report: an image laid beside another does not open."""


def keep(client_id: UUID, provider: str, report: Report, signed: str, *, now: datetime) -> BiometricReport:
    """Keep a report. Raises FactorRefused where it has been seen: it is good for one proof."""
    alive, compared = report.liveness, report.comparison
    row = BiometricReport(
        client_id=client_id,
        ceremony=report.session,
        nonce=report.nonce,
        purpose=report.purpose,
        provider=provider,
        source=report.source.value,
        issuer=report.issuer,
        report=report.id,
        reference=report.reference,
        state=report.state.value,
        reason=report.reason,
        score=compared.score if compared else None,
        threshold=compared.threshold if compared else None,
        compared_with=compared.reference if compared else "",
        liveness=alive.passed if alive else None,
        attempt=alive.attempt if alive else None,
        commands=msgspec.to_builtins(alive.commands) if alive else [],
        started_at=report.started_at,
        finished_at=report.finished_at,
        received_at=now,
    )
    row.signed = seal_bytes(signed.encode(), field=SIGNED, row=row.pk)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise FactorRefused(Reason.ALREADY_USED, Why.REPLAYED) from None
    _journal(row, now)
    return row


def keep_image(row: BiometricReport, image: bytes, sha256: str, *, now: datetime) -> None:
    """Keep the face image of a report until its day (R56.13.1)."""
    days = timedelta(days=settings.CONFIG.limits.image_days)
    BiometricImage.objects.create(
        report=row,
        sha256=sha256,
        sealed=seal_bytes(image, field=IMAGE, row=row.pk),
        destroy_on=(now + days).date(),
    )


def _journal(row: BiometricReport, now: datetime) -> None:
    """The result of asking the registry, in the journal (D26.identity). Who it was, the client's id says."""
    write(
        Entry(
            event=Event.IDENTIFICATION_CHECKED,
            outcome="done" if row.state == State.PASSED else "failed",
            at=now,
            whence=HERE,
            population=access.by_id(row.client_id).population,
            client=row.client_id,
            ceremony=row.ceremony,
            factors=("biometrics",),
            reason=row.state,
            detail={
                "report": str(row.pk),
                "provider": row.provider,
                "source": row.source,
                "score": row.score,
                "threshold": row.threshold,
                "why": row.reason,
            },
        )
    )
