"""A client of a bank, and a clock that stands still: fixtures for the rooms that need somebody."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from qorgan.law.factors import Population

if TYPE_CHECKING:
    from qorgan.gate.clients.models import Client

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def pem(raw: bytes) -> bytes:
    """A certificate as files have it."""
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(raw) + b"-----END CERTIFICATE-----\n"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def new_client(gate: Any) -> Callable[..., Client]:
    """Adds a client straight to the table."""
    from qorgan.eds.pki.sandbox import invented_iin
    from qorgan.gate.clients import access
    from qorgan.gate.clients.models import Client
    from qorgan.gate.sealing import index, seal

    made: list[UUID] = []

    def add(population: Population = Population.BANK_CLIENT, **changes: Any) -> Client:
        iin, own = changes.pop("iin", "") or invented_iin(len(made) + 1), uuid4()
        said = {
            "id": own,
            "population": population.value,
            "state": "active",
            "iin_sealed": seal(iin, field=access.IIN, row=own),
            "iin_index": index(iin, field=access.IIN),
            "name_sealed": seal("Үлгі Айдын", field=access.NAME, row=own),
            "created_at": NOW,
        } | changes
        if population is Population.EMPLOYEE:
            said.setdefault("login", f"employee{len(made)}")
        client = Client.objects.create(**said)
        made.append(client.pk)
        return client

    return add


@pytest.fixture
def client_id(new_client: Callable[..., Client]) -> UUID:
    """A bank's client without factors."""
    return UUID(str(new_client().pk))


@pytest.fixture
def ceremony() -> UUID:
    return uuid4()


@pytest.fixture
def new_report(gate: Any) -> Callable[..., UUID]:
    """Adds a report of a biometric identification, good unless told otherwise."""
    from qorgan.gate.factors.biometrics.models import BiometricReport

    def add(client: UUID, ceremony: UUID, state: str = "passed") -> UUID:
        made = BiometricReport.objects.create(
            client_id=client,
            ceremony=ceremony,
            nonce=uuid4().hex,
            purpose="new-device",
            provider="sandbox",
            source="state",
            issuer="sandbox",
            report=uuid4().hex,
            reference=uuid4().hex,
            state=state,
            score=0.9,
            threshold=0.8,
            compared_with="state",
            liveness=True,
            started_at=NOW,
            finished_at=NOW,
            received_at=NOW,
            signed=b"sealed",
        )
        return UUID(str(made.pk))

    return add
