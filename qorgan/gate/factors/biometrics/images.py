"""Looks at a kept face image, and destroys it: each with an entry in the journal (R56.13.1)."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from qorgan.gate.clients import access
from qorgan.gate.clients.act import Act
from qorgan.gate.factors.biometrics.keeping import IMAGE
from qorgan.gate.factors.biometrics.models import BiometricImage, BiometricImageAccess
from qorgan.gate.journal.entry import HERE
from qorgan.gate.journal.events import Event
from qorgan.gate.sealing import unseal_bytes
from qorgan.kit import clock
from qorgan.kit.refusal import Refusal

AT_ONCE: Final = 500
_LONGEST: Final = 500


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An image as the console lists it: everything but the image."""

    id: UUID
    client: UUID
    ceremony: UUID
    sha256: str
    destroy_on: date
    destroyed_at: datetime | None
    seen: int
    """How often somebody looked."""


def see(image_id: UUID, *, act: Act) -> bytes:
    """The image, for an employee who says why. Raises Refusal. The access is written down before it is given."""
    if act.by is None or not act.reason.strip():
        raise Refusal("reason-missing", _("Say why you look at the image."), "R56.13.1", field="reason")
    with transaction.atomic():
        image = _locked(image_id)
        entry = _write(Event.IMAGE_SEEN, image, act)
        BiometricImageAccess.objects.create(
            image=image, by=act.by, at=act.now, reason=act.reason.strip()[:_LONGEST], entry=entry
        )
    return unseal_bytes(bytes(image.sealed), field=IMAGE, row=image.report_id)


def destroy(image_id: UUID, *, act: Act) -> None:
    """Destroy an image before its day, because the person or the institution wants it. Raises Refusal."""
    if not act.reason.strip():
        raise Refusal("reason-missing", _("Say why the image is destroyed."), "R56.13.1", field="reason")
    with transaction.atomic():
        _end(_locked(image_id), act, "asked")


def destroy_due(now: datetime) -> int:
    """Destroy every image whose day has come. Gives how many."""
    act = Act(now=now, whence=HERE)
    destroyed = 0
    while True:
        with transaction.atomic():
            due = list(
                BiometricImage.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("report")
                .filter(destroyed_at=None, destroy_on__lte=now.date())
                .order_by("destroy_on")[:AT_ONCE]
            )
            for image in due:
                _end(image, act, "due")
        destroyed += len(due)
        if len(due) < AT_ONCE:
            return destroyed


def expire() -> int:
    """`destroy_due` as the clerk does it."""
    return destroy_due(clock.now())


def listed(client_id: UUID) -> list[Kept]:
    """A client's images, newest first."""
    rows = BiometricImage.objects.select_related("report").annotate(seen=Count("accesses"))
    return [
        Kept(
            id=one.pk,
            client=client_id,
            ceremony=one.report.ceremony,
            sha256=one.sha256,
            destroy_on=one.destroy_on,
            destroyed_at=one.destroyed_at,
            seen=one.seen,
        )
        for one in rows.filter(report__client_id=client_id).order_by("-report__received_at").defer("sealed")
    ]


def _locked(image_id: UUID) -> BiometricImage:
    rows = BiometricImage.objects.select_for_update(of=("self",)).select_related("report")
    found = rows.filter(pk=image_id, destroyed_at=None).first()
    if found is None:
        raise Refusal("image-unknown", _("There is no such image."), status=HTTPStatus.NOT_FOUND)
    return found


def _end(image: BiometricImage, act: Act, why: str) -> None:
    image.sealed, image.destroyed_at, image.destroyed_why = b"", act.now, why
    image.save(update_fields=["sealed", "destroyed_at", "destroyed_why"])
    _write(Event.IMAGE_DESTROYED, image, act, why=why)


def _write(event: Event, image: BiometricImage, act: Act, **more: str) -> int:
    detail = {"image": str(image.pk), "sha256": image.sha256, "of": str(image.report.ceremony), **more}
    return act.write(event, access.by_id(image.report.client_id), detail=detail)
