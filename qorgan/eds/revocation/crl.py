"""Revocation lists (RFC 5280, 5) and their deltas."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from asn1crypto import core

from qorgan.eds import asn1, der
from qorgan.eds.algorithms import signature_algorithm
from qorgan.eds.asn1 import present
from qorgan.eds.certificate import AUTHORITY_KEY, Certificate, Usage, moment, read_extensions
from qorgan.eds.refusal import Reason, demand, within
from qorgan.eds.revocation.state import Good, RevocationRules, Revoked, Source, State

NUMBER: Final = "2.5.29.20"
REASON: Final = "2.5.29.21"
BASE: Final = "2.5.29.27"
"""A delta's word on the list it is counted from."""
_VERSION_2: Final = 1
_REMOVED: Final = "remove_from_crl"


class RevocationList:
    """One list, signed by the issuer it is for, fresh at the time. Made by `read_list`."""

    def __init__(self, raw: bytes, issuer: Certificate, at: datetime, rules: RevocationRules) -> None:
        parsed = asn1.RevocationList.load(der.strict(raw), strict=True)
        tbs = parsed["tbs_list"]
        algorithm = signature_algorithm(parsed["signature_algorithm"])
        demand(parsed["signature_algorithm"].dump() == tbs["signature"].dump(), Reason.ALGORITHM_MISMATCH,
               "The list names two signature algorithms")  # fmt: skip
        demand(tbs["issuer"].dump() == issuer.name, Reason.NOT_ISSUER, "The list is of another issuer")
        demand(issuer.usage is not None and Usage.CRL_SIGN in issuer.usage, Reason.KEY_USAGE_WRONG,
               "The issuer may not sign lists")  # fmt: skip
        signed = issuer.key.verifies(algorithm, tbs.dump(), asn1.whole_octets(parsed["signature_value"]))
        demand(signed, Reason.SIGNATURE_WRONG, "The issuer did not sign the list")
        extensions = read_extensions(tbs["extensions"])
        demand(tbs["version"].native == _VERSION_2, Reason.MALFORMED, "Only lists of version 2 are read")
        for oid, (critical, _) in extensions.items():
            demand(not critical or oid in (NUMBER, BASE, AUTHORITY_KEY), Reason.EXTENSION_UNKNOWN,
                   f"The list has critical extension {oid}")  # fmt: skip
        self.as_of = moment(tbs["this_update"].native)
        self.number = _integer(extensions.get(NUMBER))
        self.base = _integer(extensions.get(BASE))
        """The number of the list that a delta completes; None for a whole list."""
        demand(present(tbs["next_update"]), Reason.NOT_FRESH, "The list says no time of the next one")
        demand(self.as_of <= at + timedelta(seconds=rules.skew), Reason.NOT_FRESH, "The list is of a later time")
        demand(at <= moment(tbs["next_update"].native), Reason.NOT_FRESH, "The list is over")
        self._entries = der.children(tbs["revoked"].dump()) if present(tbs["revoked"]) else []

    def entry(self, serial: int) -> tuple[datetime, str] | None:
        """When and why a certificate was revoked; None when it is not in the list."""
        wanted: bytes = core.Integer(serial).dump()
        found = [one for one in self._entries if _content(one).startswith(wanted)]
        demand(len(found) <= 1, Reason.MALFORMED, "The list has the certificate twice")
        if not found:
            return None
        parsed = asn1.RevokedEntry.load(found[0], strict=True)
        extensions = read_extensions(parsed["extensions"])
        for oid, (critical, _) in extensions.items():
            demand(not critical or oid == REASON, Reason.EXTENSION_UNKNOWN, f"An entry has critical extension {oid}")
        why = "unspecified"
        if REASON in extensions:
            why = asn1.RevocationReason.load(der.strict(extensions[REASON][1]), strict=True).native
        return moment(parsed["at"].native), why


def read_list(raw: bytes, issuer: Certificate, at: datetime, rules: RevocationRules) -> RevocationList:
    """A list that is the issuer's and fresh. Raises RefusedError."""
    with within("list"):
        return RevocationList(raw, issuer, at, rules)


def judge(
    certificate: Certificate,
    issuer: Certificate,
    at: datetime,
    rules: RevocationRules,
    lists: tuple[bytes, bytes | None],
) -> State:
    """What a list and its delta, if there is one, say of a certificate. Raises RefusedError."""
    whole_raw, delta_raw = lists
    whole = read_list(whole_raw, issuer, at, rules)
    with within("list"):
        demand(whole.base is None, Reason.MALFORMED, "A delta was given for a whole list")
        source, as_of, entry = Source.LIST, whole.as_of, whole.entry(certificate.serial)
    if delta_raw is not None:
        with within("delta"):
            delta = read_list(delta_raw, issuer, at, rules)
            demand(delta.base is not None, Reason.MALFORMED, "A whole list was given for a delta")
            _check_order(whole, delta)
            later = delta.entry(certificate.serial)
            if later is not None:
                source, entry = Source.DELTA, None if later[1] == _REMOVED else later
            source, as_of = Source.DELTA, max(as_of, delta.as_of)
    if entry is None:
        return Good(source=source, as_of=as_of)
    return Revoked(source=source, as_of=as_of, at=entry[0], why=entry[1])


def _check_order(whole: RevocationList, delta: RevocationList) -> None:
    """The delta completes this list or an earlier one, and is not older than it (RFC 5280, 5.2.4)."""
    numbered = whole.number is not None and delta.number is not None and delta.base is not None
    demand(numbered, Reason.MALFORMED, "A list or its delta has no number")
    demand((delta.base or 0) <= (whole.number or 0) <= (delta.number or 0), Reason.NOT_FRESH,
           "The delta does not complete this list")  # fmt: skip


def _content(raw: bytes) -> bytes:
    """The content of an element, without its header."""
    return raw[2 if raw[1] < 0x80 else 2 + (raw[1] & 0x7F) :]  # noqa: PLR2004 - the two forms of a length


def _integer(said: tuple[bool, bytes] | None) -> Any:
    """The number in an extension."""
    return None if said is None else core.Integer.load(der.strict(said[1]), strict=True).native
