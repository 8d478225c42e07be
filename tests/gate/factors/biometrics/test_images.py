"""Kept face images: looked at with a reason, destroyed on their day, each time in the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import transaction

from qorgan.gate.database.connection import Role
from qorgan.kit.refusal import Refusal
from tests.gate.conftest import Gate
from tests.gate.fixtures_registries import Registries

IMAGE = b"\x89PNG invented"


@pytest.fixture
def image(
    registries: Registries, client_id: UUID, ceremony: UUID, new_report: Callable[..., UUID], now: datetime
) -> UUID:
    """A kept image."""
    from qorgan.gate.factors.biometrics.keeping import keep_image
    from qorgan.gate.factors.biometrics.models import BiometricImage, BiometricReport

    report = BiometricReport.objects.get(pk=new_report(client_id, ceremony))
    keep_image(report, IMAGE, "a" * 64, now=now)
    return UUID(str(BiometricImage.objects.get().pk))


def act(now: datetime, *, reason: str = "complaint 1", by: UUID | None = None) -> object:
    from qorgan.gate.clients.act import Act
    from qorgan.gate.journal.entry import Whence

    return Act(now=now, whence=Whence("10.0.0.1", 1, "console", "t"), by=by, reason=reason)


def events(gate: Gate) -> list[str]:
    return [row[0] for row in gate.rows("SELECT event FROM gate_journal ORDER BY id")]


@pytest.mark.clause("R56.13.1")
def test_whoever_looks_says_why_and_is_written_down_first(gate: Gate, image: UUID, now: datetime) -> None:
    from qorgan.gate.factors.biometrics import images

    employee = uuid4()
    assert images.see(image, act=act(now, by=employee)) == IMAGE
    ((by, reason, entry),) = gate.rows('SELECT "by", reason, entry FROM biometric_image_access')
    assert (by, reason) == (employee, "complaint 1")
    assert gate.rows("SELECT event, actor FROM gate_journal WHERE id = %s", entry) == [("image.seen", employee)]


@pytest.mark.clause("R56.13.1")
@pytest.mark.parametrize(("reason", "by"), [(" ", uuid4()), ("complaint", None)])
def test_nobody_looks_without_a_reason_or_a_name(
    gate: Gate, image: UUID, now: datetime, reason: str, by: UUID | None
) -> None:
    from qorgan.gate.factors.biometrics import images

    with pytest.raises(Refusal):
        images.see(image, act=act(now, reason=reason, by=by))
    assert gate.rows("SELECT 1 FROM biometric_image_access") == []


@pytest.mark.clause("R56.13.1")
def test_an_image_is_destroyed_on_its_day_and_not_before(
    gate: Gate, image: UUID, client_id: UUID, now: datetime
) -> None:
    from qorgan.gate.factors.biometrics import images

    assert images.destroy_due(now + timedelta(days=29)) == 0
    assert images.destroy_due(now + timedelta(days=30)) == 1
    assert images.destroy_due(now + timedelta(days=31)) == 0
    assert gate.rows("SELECT sealed, destroyed_why, sha256 FROM biometric_image") == [(b"", "due", "a" * 64)]
    assert events(gate) == ["image.destroyed"]
    (listed,) = images.listed(client_id)
    assert listed.destroyed_at is not None
    with pytest.raises(Refusal):
        images.see(image, act=act(now, by=uuid4()))


def test_an_image_is_destroyed_before_its_day_when_asked_for(gate: Gate, image: UUID, now: datetime) -> None:
    from qorgan.gate.factors.biometrics import images

    with pytest.raises(Refusal):
        images.destroy(image, act=act(now, reason=""))
    images.destroy(image, act=act(now, reason="the client asked", by=uuid4()))
    assert gate.rows("SELECT destroyed_why FROM biometric_image") == [("asked",)]


@pytest.mark.clause("R56.13.1")
def test_the_web_role_neither_changes_what_was_kept_nor_who_looked(gate: Gate, image: UUID) -> None:
    with gate.connect(Role.WEB) as web:
        for statement in (
            "UPDATE biometric_report SET state = 'passed'",
            "DELETE FROM biometric_report",
            "DELETE FROM biometric_image",
            "UPDATE biometric_image SET destroy_on = '2100-01-01'",
            "UPDATE biometric_image_access SET reason = 'x'",
            "DELETE FROM biometric_image_access",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)


def test_the_clerk_may_destroy_what_is_due(gate: Gate, image: UUID, now: datetime) -> None:
    from django.db import connections

    from qorgan.gate.factors.biometrics import images
    from qorgan.kit.database.connection import django_database

    connection = connections["default"]
    connection.close()
    connection.settings_dict.update(django_database(gate.url(Role.CLERK)))
    assert not transaction.get_connection().in_atomic_block
    assert images.destroy_due(now + timedelta(days=30)) == 1
