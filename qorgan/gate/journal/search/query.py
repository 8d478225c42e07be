"""What is looked for, and what is found: a page of entries, the newest first."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _

from qorgan.gate.journal.content import Row
from qorgan.gate.journal.events import Event, Outcome
from qorgan.kit.refusal import Refusal

_NO_ADDRESS: Final = _("This is neither an address nor a network. Write 203.0.113.7 or 203.0.113.0/24.")
_NO_PAGE: Final = _("There is no such page of this search. Begin again with the first.")
_YEARS: Final = range(1970, 9000)
_IDS: Final = 1 << 63
"""What a page of ours can end at: whatever else a place names was made up."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that an entry must be to be found; what is not given does not count."""

    since: datetime | None = None
    until: datetime | None = None
    """The first instant that is too late."""
    client: UUID | None = None
    device: UUID | None = None
    ceremony: UUID | None = None
    actor: UUID | None = None
    address: str = ""
    """An address, or a network: 203.0.113.0/24."""
    events: tuple[Event, ...] = ()
    """Any of them."""
    outcome: Outcome | None = None

    @property
    def network(self) -> Network | None:
        """The addresses that are looked for. Raises Refusal `address-malformed`."""
        if not self.address:
            return None
        try:
            return ipaddress.ip_network(self.address.strip(), strict=False)
        except ValueError:
            raise Refusal("address-malformed", _NO_ADDRESS, status=400, field="address") from None


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: what comes after it is older, or as old with a smaller id."""

    at: datetime
    id: int

    def token(self) -> str:
        """The place as text for an address."""
        return base64.urlsafe_b64encode(f"{self.at.astimezone(UTC).isoformat()}|{self.id}".encode()).decode("ascii")

    @classmethod
    def of(cls, token: str) -> Place:
        """Read what `token` gives. Raises Refusal `page-unknown`."""
        try:
            at, _, number = base64.urlsafe_b64decode(token).decode("ascii").partition("|")
            place = cls(datetime.fromisoformat(at), int(number))
        except (ValueError, binascii.Error):
            raise Refusal("page-unknown", _NO_PAGE, status=400, field="after") from None
        if place.at.tzinfo is None or place.at.year not in _YEARS or not 0 <= place.id < _IDS:
            raise Refusal("page-unknown", _NO_PAGE, status=400, field="after")
        return place


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, and whether it was found in the archive."""

    row: Row
    archived: bool


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some of what was found."""

    entries: tuple[Found, ...]
    after: str = ""
    """Asks for the next page; empty when this is the last."""
