"""What is written in an incident card, by stages: a small first notice, an update, a final report (R67.3.4, R67.12).

Every field may be empty, for a draft saves itself while it is written; what a stage needs is said in `completeness`.
Sums are whole tenge. Nothing here has room for a client's personal data (R67.4).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from qorgan.cards.words import (
    AttackKind,
    Body,
    Channel,
    Discovery,
    Figures,
    IndicatorType,
    Outcome,
    Quality,
    Status,
    Vector,
)
from qorgan.law.incidents import IncidentCategory
from qorgan.law.severity import Severity
from qorgan.law.tlp import TLP
from qorgan.wire.signal import Moment

Line = Annotated[str, Meta(max_length=300)]
Text = Annotated[str, Meta(max_length=20_000)]
Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""Up to what every JSON reader keeps exactly."""
Stage = Annotated[int, Meta(ge=1, le=3)]
Lines = Annotated[tuple[Line, ...], Meta(max_length=1_000)]


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every struct of a card is: frozen, and refusing what it does not know."""


class Contact(Part, frozen=True, kw_only=True):
    """Who answers at any hour."""

    name: Line = ""
    position: Line = ""
    phone: Line = ""
    email: Line = ""


class System(Part, frozen=True, kw_only=True):
    """An information system or service that is touched."""

    name: Line = ""
    critical: bool | None = None
    """Whether a critical service hangs on it."""


class ThirdParty(Part, frozen=True, kw_only=True):
    """The supplier or partner at whom it began."""

    name: Line = ""
    bin: Line = ""


class Told(Part, frozen=True, kw_only=True):
    """How it was told while ASOI and the transport were unavailable (R48I.3-fallback)."""

    called_at: Moment | None = None
    called_from: Line = ""
    """The number, registered in the profile, that was called from."""
    letter_number: Line = ""
    letter_date: date | None = None


class Indicator(Part, frozen=True, kw_only=True):
    """A trace by which others find the same."""

    type: IndicatorType | None = None
    value: Annotated[str, Meta(max_length=2_000)] = ""
    note: Line = ""


class Informed(Part, frozen=True, kw_only=True):
    """Another body that was told."""

    body: Body | None = None
    at: Moment | None = None
    reference: Line = ""


class Transfers(Part, frozen=True, kw_only=True):
    """Unauthorised transfers in whole tenge: totals only, never who or from which account."""

    attempted: Number | None = None
    executed: Number | None = None
    stopped: Number | None = None
    returned: Number | None = None
    count: Number | None = None


class Remedy(Part, frozen=True, kw_only=True):
    """What is done so that it does not come again."""

    what: Annotated[str, Meta(max_length=2_000)] = ""
    owner: Line = ""
    """A role, not a name."""
    due: date | None = None


class Ddos(Part, frozen=True, kw_only=True):
    """A denial of service."""

    megabits_per_second: Number | None = None
    packets_per_second: Number | None = None
    requests_per_second: Number | None = None
    vectors: Lines = ()
    """Such as "UDP amplification, DNS"."""
    target: Line = ""


class Scan(Part, frozen=True, kw_only=True):
    """A network scanning."""

    ports: Line = ""
    method: Line = ""


class Malware(Part, frozen=True, kw_only=True):
    """Malicious software or code."""

    family: Line = ""
    hashes: Lines = ()
    delivered_by: Line = ""
    machines: Number | None = None
    """How many are infected."""


class Phishing(Part, frozen=True, kw_only=True):
    """A phishing."""

    urls: Lines = ()
    sender_domain: Line = ""
    impersonates: Line = ""
    messages: Number | None = None


class Exploit(Part, frozen=True, kw_only=True):
    """An exploited vulnerability."""

    component: Line = ""
    version: Line = ""
    patch_known: bool | None = None


class Access(Part, frozen=True, kw_only=True):
    """An unauthorised access."""

    method: Line = ""
    privileged: bool | None = None
    persisted: bool | None = None
    """Whether the attacker could come back."""


class Card(Part, frozen=True, kw_only=True):
    """An incident card. Its order is that of the form."""

    stage: Stage = 1
    """1 first notice, 2 update, 3 final report."""
    category: IncidentCategory | None = None
    found_at: Moment | None = None
    started_at: Moment | None = None
    description: Text = ""
    """The first line is the card's title."""
    status: Status | None = None
    outcome: Outcome | None = None
    severity: Severity | None = None
    tlp: TLP | None = None
    contacts: Annotated[tuple[Contact, ...], Meta(max_length=10)] = ()
    discovery: Discovery | None = None
    vector: Vector | None = None
    malicious: bool | None = None
    works: Text = ""
    fails: Text = ""
    systems: Annotated[tuple[System, ...], Meta(max_length=200)] = ()
    outage_start: Moment | None = None
    outage_end: Moment | None = None
    """Empty while the systems stand still."""
    outage_over_hour: bool | None = None
    """That an outage without an end has already lasted for over an hour, where the times do not say so."""
    others_affected: bool | None = None
    third_party: ThirdParty | None = None
    channel: Channel | None = None
    """Empty counts as ASOI."""
    told: Told | None = None
    own_reference: Line = ""
    campaign: Line = ""
    related: Annotated[tuple[Line, ...], Meta(max_length=100)] = ()
    signals: Annotated[tuple[Line, ...], Meta(max_length=1_000)] = ()
    """`module/sequence` each."""
    attack: AttackKind | None = None
    indicators: Annotated[tuple[Indicator, ...], Meta(max_length=1_000)] = ()
    techniques: Annotated[tuple[Line, ...], Meta(max_length=100)] = ()
    cves: Annotated[tuple[Line, ...], Meta(max_length=100)] = ()
    ddos: Ddos | None = None
    scan: Scan | None = None
    malware: Malware | None = None
    phishing: Phishing | None = None
    exploit: Exploit | None = None
    access: Access | None = None
    transfers: Transfers | None = None
    clients_affected: Number | None = None
    transactions_affected: Number | None = None
    transactions_sum: Number | None = None
    figures: Figures | None = None
    data_lost: Annotated[tuple[Quality, ...], Meta(max_length=4)] = ()
    personal_data: bool | None = None
    measures_taken: Text = ""
    measures_planned: Text = ""
    informed: Annotated[tuple[Informed, ...], Meta(max_length=20)] = ()
    root_cause: Text = ""
    lessons: Text = ""
    remedies: Annotated[tuple[Remedy, ...], Meta(max_length=100)] = ()
    costs: Number | None = None
    recovered: Number | None = None

    @property
    def title(self) -> str:
        """The first line of the description."""
        return self.description.strip().partition("\n")[0].strip()
