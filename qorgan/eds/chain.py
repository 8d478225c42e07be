"""From a certificate up to a pinned one, by the rules of RFC 5280 that KZ authorities keep.

Pins are certificates the institution holds for true, given by its configuration. A path ends at the first pin, be it
a root or an issuing authority. Certificates that came with the document only help to walk; they are never believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from qorgan.eds.certificate import Certificate, Usage, read
from qorgan.eds.refusal import Reason, RefusedError, demand, within

_LONGEST: Final = 6


class Pins(msgspec.Struct, frozen=True):
    """The certificates that are held for true, and those below them that may help to walk."""

    anchors: tuple[Certificate, ...]
    helpers: tuple[Certificate, ...] = ()
    """Known certificates of authorities, believed only when a path through them reaches an anchor."""


def pinned(anchors: Iterable[bytes], helpers: Iterable[bytes] = ()) -> Pins:
    """Pins from files in PEM or DER. Raises RefusedError when one is no authority's certificate."""
    found = Pins(tuple(map(read, anchors)), tuple(map(read, helpers)))
    for one in (*found.anchors, *found.helpers):
        demand(one.authority, Reason.CERTIFICATE_WRONG, "A pin is no authority's certificate")
        rooted = one.issuer == one.name
        demand(not rooted or one.issued_by(one), Reason.SIGNATURE_WRONG, "A pinned root is damaged")
    demand(found.anchors, Reason.ISSUER_UNKNOWN, "There is no pin, so nothing can be believed")
    return found


def path(leaf: Certificate, pins: Pins, at: datetime, carried: Sequence[Certificate] = ()) -> tuple[Certificate, ...]:
    """The leaf, its authorities, and the pin, all valid at a time. Raises RefusedError.

    (1) Each certificate is valid at the time.
    (2) Its issuer is found by name and key identifier, and its key made the signature.
    (3) The issuer is an authority, may sign certificates, and has room below it.
    (4) The walk ends at a pin.
    """
    found = [leaf]
    known = (*pins.anchors, *pins.helpers, *carried)
    while True:
        with within(f"certificate {found[-1].hexadecimal}"):
            _check_time(found[-1], at)
            if found[-1] in pins.anchors:
                return tuple(found)
            demand(len(found) <= _LONGEST, Reason.PATH_TOO_LONG, f"No path has more than {_LONGEST} certificates")
            found.append(_issuer(found[-1], known, below=len(found) - 1))


def related(certificate: Certificate, believed: Sequence[Certificate], carried: Sequence[Certificate]) -> bool:
    """Whether a certificate that came along belongs to the others: a believed one, or signed by any of them.

    A root signs itself, so one that came along belongs to itself: no path ends there, but every bit of it is held.
    """
    return certificate in believed or any(_signed_by(certificate, other) for other in (*believed, *carried))


def _signed_by(certificate: Certificate, other: Certificate) -> bool:
    """Whether the other issued it, as far as name and signature say."""
    try:
        return certificate.issuer == other.name and certificate.issued_by(other)
    except RefusedError:
        return False


def _check_time(certificate: Certificate, at: datetime) -> None:
    """Valid at the time, both ends included."""
    demand(certificate.not_before <= at, Reason.CERTIFICATE_NOT_YET_VALID,
           f"It is valid from {certificate.not_before.isoformat()} only")  # fmt: skip
    demand(at <= certificate.not_after, Reason.CERTIFICATE_EXPIRED,
           f"It was valid until {certificate.not_after.isoformat()}")  # fmt: skip


def _issuer(child: Certificate, known: Sequence[Certificate], below: int) -> Certificate:
    """The one that issued it, the first that fits in the order given."""
    demand(child.issuer != child.name, Reason.ISSUER_UNKNOWN, "It is signed by itself and is no pin")
    candidates = [one for one in known if one.name == child.issuer and _names_key(child, one)]
    demand(candidates, Reason.ISSUER_UNKNOWN, "Its issuer is not known")
    refused: RefusedError | None = None
    for one in candidates:
        try:
            check_issuer(child, one, below)
        except RefusedError as why:
            refused = refused or why
        else:
            return one
    raise refused or RefusedError(Reason.ISSUER_UNKNOWN, "Its issuer is not known")


def check_issuer(child: Certificate, issuer: Certificate, below: int) -> None:
    """The issuer's signature and its right to issue, with so many authorities below it. Raises RefusedError."""
    demand(issuer.authority, Reason.NOT_ISSUER, "Its issuer is no authority")
    demand(issuer.usage is not None and Usage.CERTIFICATE_SIGN in issuer.usage, Reason.KEY_USAGE_WRONG,
           "Its issuer's key may not sign certificates")  # fmt: skip
    demand(issuer.path_length is None or below <= issuer.path_length, Reason.PATH_TOO_LONG,
           "More authorities stand below its issuer than may")  # fmt: skip
    demand(child.issued_by(issuer), Reason.SIGNATURE_WRONG, "Its issuer did not sign it")


def _names_key(child: Certificate, issuer: Certificate) -> bool:
    """Whether key identifiers agree, where both are said."""
    return child.issuer_key_id is None or issuer.key_id is None or child.issuer_key_id == issuer.key_id
