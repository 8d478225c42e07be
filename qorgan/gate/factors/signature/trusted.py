"""What the institution holds for true, and who must have signed, out of its configuration and the client's numbers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from qorgan.eds.certificate import several
from qorgan.eds.chain import Pins, pinned
from qorgan.eds.roles import Role
from qorgan.eds.verify import Trust
from qorgan.gate.clients import access
from qorgan.gate.factors.base import FactorRefused, Reason
from qorgan.gate.factors.signature.authorities import Authorities
from qorgan.gate.factors.signature.judging import Signer

_NOBODY: Final = Signer(iin="000000000000", roles=(Role.INDIVIDUAL,))


def trust() -> Trust:
    """Pins and rules. Raises FactorRefused where none are configured: then no signature is believed."""
    rules = settings.CONFIG.providers.signatures
    if rules.anchors is None:
        raise FactorRefused(Reason.SIGNATURE_REFUSED, "no authority is configured")
    return Trust(pins=_pins(rules.anchors, rules.helpers), test_numbers=settings.CONFIG.registration.test_numbers)


def signer_of(client_id: UUID | None) -> Signer:
    """Who must sign for a client: the person, and for a legal entity one whom it gave a role. Nobody for nobody."""
    if client_id is None:
        return _NOBODY
    client = access.by_id(client_id)
    roles = settings.CONFIG.providers.signatures.entity_roles if client.bin else (Role.INDIVIDUAL,)
    return Signer(iin=access.iin_of(client_id), bin=client.bin, roles=tuple(roles))


def port() -> Authorities:
    """The one port of the process."""
    rules = settings.CONFIG.providers.signatures
    return _port(rules.timeout, rules.ocsp)


@cache
def _port(seconds: float, ocsp: str) -> Authorities:
    return Authorities(seconds=seconds, ocsp=ocsp)


@cache
def _pins(anchors: Path, helpers: Path | None) -> Pins:
    return pinned(several(anchors.read_bytes()), several(helpers.read_bytes()) if helpers else ())
