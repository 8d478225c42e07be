"""A desk with two people, a hub whose keys the test holds, and ASOI away."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from qorgan.cards.content import Card, Contact
from qorgan.cards.words import Outcome, Status
from qorgan.law.incidents import IncidentCategory
from qorgan.law.severity import Severity
from qorgan.law.tlp import TLP
from qorgan.ledger.entry import document_digest
from qorgan.ledger.note import SigningKey
from qorgan.module import hub_key
from qorgan.module.fallback import drafts, packing, people, spells
from qorgan.module.fallback.outage import Began
from qorgan.module.fallback.people import Person
from qorgan.module.fallback.store import Store
from qorgan.module.sender.speaker import Speaker
from qorgan.wire.enrolment import Enrolled
from qorgan.wire.package import key_note
from qorgan.wire.signature import key_id

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
ORIGIN = "asoi.example/test"
BIN = "260140000014"
MAKER = Person(email="maker@example.kz", name="Maker", position="Officer", role="maker")
HEAD = Person(email="head@example.kz", name="Head", position="Head of the unit", role="head")
PASSWORDS = {"maker": "quiet-river-of-Aqsai-7", "head": "tall-poplar-of-Esil-4"}


def complete(**changes: object) -> Card:
    """A first notice in which nothing lacks."""
    card = Card(
        category=IncidentCategory.DENIAL_OF_SERVICE,
        found_at=NOW - timedelta(minutes=20),
        description="Flood of requests\nThe provider filters.",
        status=Status.ONGOING,
        outcome=Outcome.ACCOMPLISHED,
        severity=Severity.HIGH,
        tlp=TLP.AMBER,
        contacts=(Contact(name="Duty officer", phone="+77270000000"),),
    )
    return msgspec.structs.replace(card, **changes)


@dataclass
class Site:
    """One institution's desk."""

    folder: Path
    log: SigningKey = field(default_factory=lambda: SigningKey.generate(ORIGIN))
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    hub: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)

    def __post_init__(self) -> None:
        identity = Enrolled(
            module=str(uuid.uuid4()),
            key=key_id(self.key.public_key().public_bytes_raw()),
            organisation=BIN,
            organisation_name="Specimen Bank",
            audience=ORIGIN,
            hub_key=str(self.log.verifier),
            expected=1,
        )
        self.speaker = Speaker(identity, self.key)
        self.store = Store(self.folder)
        note = key_note(self.hub.public_key().public_bytes_raw(), self.log)
        hub_key.keep(self.folder, note, self.log.verifier)
        for person in (MAKER, HEAD):
            people.add(self.store, person, PASSWORDS[person.role], NOW)
        spells.keep(self.store, Began(NOW - timedelta(hours=1), NOW, "no answer in time"))

    def proposed(self, **changes: object) -> str:
        """A card before the head."""
        card = drafts.begin(self.store, complete(**changes), by=MAKER, now=NOW)
        drafts.propose(self.store, card, organisation=BIN, by=MAKER, now=NOW, revision=1)
        return card

    def agreed(self, **changes: object) -> str:
        """A card that the head agreed to."""
        card = self.proposed(**changes)
        self.agree(card)
        return card

    def agree(self, card: str, by: Person = HEAD) -> None:
        """The head agrees to what is there."""
        draft = drafts.draft_of(self.store, card)
        digest = document_digest(draft.exact or b"")
        drafts.agree(self.store, card, by=by, now=NOW, revision=draft.revision, digest=digest)

    def sealed(self, card: str) -> bytes:
        """Its package."""
        return packing.sealed(self.store, self.folder, card, self.speaker, way="file", by=MAKER.email, now=NOW)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)
