"""The market of documents, with a module of Alpha that seals packages as a real one does."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qorgan.hub.database.sealing_key import sealing_key
from qorgan.ledger.canonical import canonical, to_base64
from qorgan.ledger.entry import document_digest, instant
from qorgan.wire import package as wire
from qorgan.wire.signature import key_id
from tests.hub.casework.conftest import Market, market, monday
from tests.hub.conftest import ORIGIN
from tests.hub.incidents.written import first_notice

__all__ = ["market", "monday"]

PHONE = "+77270000000"


@dataclass
class Sealer:
    """A module in Python: signs and seals what a test says."""

    market: Market
    now: datetime
    institution: str = "alpha"
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    module: str = field(default_factory=lambda: str(uuid.uuid4()))

    def enrol(self) -> Sealer:
        public = self.key.public_key().public_bytes_raw()
        organisation = self.market.organisations[self.institution]
        self.market.hub.tamper(
            "INSERT INTO module (id, organisation_id, name, state, version, high_water, created_at) "
            "VALUES (%s, %s, 'edge', 'enrolled', '1', 0, now())",
            self.module,
            organisation,
        )
        self.market.hub.tamper(
            "INSERT INTO module_key (id, module_id, organisation_id, public_key, state, created_at) "
            "VALUES (%s, %s, %s, %s, 'active', now())",
            key_id(public),
            self.module,
            organisation,
            public,
        )
        return self

    @property
    def bin(self) -> str:
        rows = self.market.hub.rows(
            "SELECT bin FROM organisation WHERE id = %s", self.market.organisations[self.institution]
        )
        return str(rows[0][0])

    def signatory(self, person: str) -> wire.Signatory:
        return wire.Signatory(email=f"{person}@example.kz", name=person, position="Officer")

    def package(self, card: str = "", wording: int = 1, **changes: Any) -> wire.Package:
        content, drill = changes.pop("content", None) or first_notice(), changes.pop("drill", False)
        words = wire.Words(
            card=card or str(uuid.uuid4()), wording=wording, organisation=self.bin, drill=drill, content=content
        )
        agreed = canonical(words)
        agreement = wire.Agreement(
            maker=changes.pop("maker", None) or self.signatory("alpha_maker"),
            head=changes.pop("head", None) or self.signatory("alpha_head"),
            drafted_at=instant(self.now - timedelta(minutes=40)),
            proposed_at=instant(self.now - timedelta(minutes=35)),
            agreed_at=instant(self.now - timedelta(minutes=32)),
            digest=document_digest(agreed),
        )
        return wire.Package(
            **{
                "audience": ORIGIN,
                "recipient": to_base64(sealing_key(self.market.hub.config).public_key().public_bytes_raw()),
                "module": self.module,
                "key": key_id(self.key.public_key().public_bytes_raw()),
                "organisation": self.bin,
                "sealed_at": instant(self.now - timedelta(minutes=30)),
                "agreed": agreed.decode(),
                "agreement": agreement,
            }
            | changes
        )

    def sealed(self, **changes: Any) -> bytes:
        return wire.seal(self.package(**changes), self.key)

    def call(self, **changes: Any) -> wire.Call:
        said = {
            "called_at": instant(self.now - timedelta(minutes=20)),
            "called_from": PHONE,
            "called_to": "+77172000000",
            "caller": "Duty officer",
            "read_back": True,
        }
        return wire.Call(**(said | changes))


@pytest.fixture
def sealer(market: Market, monday: datetime, monkeypatch: pytest.MonkeyPatch) -> Sealer:
    from django.conf import settings

    own = market.hub.config
    monkeypatch.setattr(
        settings, "CONFIG", msgspec.structs.replace(settings.CONFIG, state=own.state, origin=own.origin)
    )
    market.hub.tamper(
        "UPDATE organisation SET reporting_phone = %s WHERE id = %s", PHONE, market.organisations["alpha"]
    )
    return Sealer(market, monday).enrol()
