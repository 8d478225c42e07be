"""Who signed, as pages, papers and acts say it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from django.utils.translation import gettext_lazy as _

from qorgan.eds.revocation.state import Good, Source
from qorgan.eds.roles import Role
from qorgan.eds.verify import SignedBy
from qorgan.ledger.canonical import canonical
from qorgan.ledger.entry import document_digest


class Signer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A believed signer whose certificate was good. No IIN: that stays in the certificate."""

    name: str
    roles: tuple[Role, ...]
    bin: str
    organisation: str
    serial: str
    issuer: str
    not_after: datetime
    source: str
    """Who said that it was good: `ocsp`, `list` or `delta`."""
    as_of: datetime
    """The time that the authority's word is of."""
    stamped_at: datetime | None
    """The time of the authority's stamp, where the signature carries one."""
    algorithm: str


WORDS: Final = {
    Role.HEAD: _("first head of the legal entity"),
    Role.MAY_SIGN: _("person with the right to sign"),
    Role.MAY_SIGN_FINANCIAL: _("person with the right to sign financial documents"),
    Role.PERSONNEL: _("employee of the personnel department"),
    Role.EMPLOYEE: _("employee of the legal entity"),
}
"""What the authority vouched for, in the words of its own certificates. People of an entity alone sign here."""

SOURCES: Final = {
    Source.OCSP.value: _("the OCSP service"),
    Source.LIST.value: _("the revocation list"),
    Source.DELTA.value: _("the revocation list with its delta"),
}

ROLES: Final = tuple(WORDS)


def signer_of(one: SignedBy, state: Good) -> Signer:
    """The signer out of a verdict."""
    subject = one.subject
    return Signer(
        name=f"{subject.common_name} {subject.patronymic}".strip(),
        roles=one.roles,
        bin=subject.bin,
        organisation=subject.organisation,
        serial=one.serial,
        issuer=one.issuer,
        not_after=one.not_after,
        source=state.source.value,
        as_of=state.as_of,
        stamped_at=one.stamped_at,
        algorithm=one.algorithm,
    )


def said_by_act(signer: Signer, cms: bytes) -> dict[str, object]:
    """What the act of the agreement, and so the ledger, says of the signature. Nobody's name or number.

    `signer` is the digest of all that is shown of the signer, so that the audit finds what was changed of it.
    """
    return {
        "signature": {
            "cms": document_digest(cms),
            "signer": document_digest(canonical(msgspec.to_builtins(signer))),
            "certificate": signer.serial,
            "issuer": signer.issuer,
            "bin": signer.bin,
            "roles": [role.value for role in signer.roles],
        }
    }
