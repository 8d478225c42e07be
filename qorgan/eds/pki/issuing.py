"""Certificates as KZ authorities make them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from asn1crypto import core

from qorgan.eds import asn1, der
from qorgan.eds.certificate import (
    AUTHORITY_ACCESS,
    AUTHORITY_KEY,
    BASIC,
    CRL_POINTS,
    FRESHEST,
    KEY_PURPOSES,
    KEY_USAGE,
    POLICIES,
    SUBJECT_KEY,
    Certificate,
    Usage,
)
from qorgan.eds.pki.keys import SigningKey, algorithm_field

_SERIAL_BYTES: Final = 20
_TYPES: Final = {
    "CN": "2.5.4.3",
    "SURNAME": "2.5.4.4",
    "SERIALNUMBER": "2.5.4.5",
    "C": "2.5.4.6",
    "O": "2.5.4.10",
    "OU": "2.5.4.11",
    "G": "2.5.4.42",
}
_PRINTABLE: Final = frozenset({"SERIALNUMBER", "C"})
_POLICY: Final = "1.2.398.3.3.2"
_LONG_YEARS: Final = 2050
"""From then on a year has four digits (RFC 5280, 4.1.2.5)."""
_OCSP_METHOD: Final = "1.3.6.1.5.5.7.48.1"


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where the state of a certificate can be asked; an empty one is left out."""

    ocsp: str = ""
    crl: str = ""
    delta: str = ""


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate shall say."""

    subject: Mapping[str, str]
    """Parts of the name by their usual letters, in their order."""
    not_before: datetime
    not_after: datetime
    usage: tuple[Usage, ...]
    purposes: tuple[str, ...] = ()
    authority: bool = False
    path_length: int | None = None
    addresses: Addresses = Addresses()
    more: tuple[tuple[str, bool, bytes], ...] = ()
    """Further extensions: identifier, whether critical, value."""


def name(parts: Mapping[str, str]) -> asn1.Name:
    """A name from its parts."""
    made = []
    for letters, text in parts.items():
        value = core.PrintableString(text) if letters in _PRINTABLE else core.UTF8String(text)
        made.append([{"type": _TYPES[letters], "value": value}])
    return asn1.Name(made)


def issue(
    template: Template, key: SigningKey, issuer_key: SigningKey, issuer: Certificate | None = None
) -> Certificate:
    """A certificate for a key; signed by itself when there is no issuer."""
    info = key.key_info()
    own = name(template.subject)
    tbs = {
        "version": 2,
        "serial_number": int.from_bytes(secrets.token_bytes(_SERIAL_BYTES), "big") >> 1 | 1,
        "signature": algorithm_field(issuer_key.algorithm),
        "issuer": own if issuer is None else asn1.Name.load(issuer.name),
        "validity": {"not_before": moment(template.not_before), "not_after": moment(template.not_after)},
        "subject": own,
        "subject_public_key_info": info,
        "extensions": _extensions(template, key_id(info), key_id(info) if issuer is None else issuer.key_id),
    }
    body = asn1.TbsCertificate(tbs)
    raw = asn1.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": algorithm_field(issuer_key.algorithm),
            "signature_value": issuer_key.sign(body.dump()),
        }
    ).dump()
    return Certificate(raw)


def moment(at: datetime) -> asn1.Time:
    """A time in the form its year asks for."""
    whole = at.replace(microsecond=0)
    return asn1.Time({"general_time" if whole.year >= _LONG_YEARS else "utc_time": whole})


def key_id(info: asn1.KeyInfo) -> bytes:
    """A key's identifier: SHA-1 of its bit string."""
    return hashlib.sha1(info["public_key"].native, usedforsecurity=False).digest()


def _extensions(template: Template, own: bytes, above: bytes | None) -> list[dict[str, Any]]:
    """The extensions, in the order the authority writes them."""
    found: list[tuple[str, bool, bytes]] = [(KEY_USAGE, True, _usage(template.usage))]
    if template.authority:
        fields: dict[str, Any] = {"ca": True}
        if template.path_length is not None:
            fields["path_len_constraint"] = template.path_length
        found.append((BASIC, True, asn1.BasicConstraints(fields).dump()))
    if template.purposes:
        found.append((KEY_PURPOSES, False, asn1.KeyPurposes(list(template.purposes)).dump()))
    found.append((SUBJECT_KEY, False, core.OctetString(own).dump()))
    if above is not None:
        found.append((AUTHORITY_KEY, False, asn1.AuthorityKey({"key_identifier": above}).dump()))
    found.append((POLICIES, False, asn1.Policies([{"policy_identifier": _POLICY}]).dump()))
    found += _addresses(template.addresses)
    found += template.more
    return [{"extn_id": oid, "critical": critical, "extn_value": value} for oid, critical, value in found]


def _usage(usages: tuple[Usage, ...]) -> bytes:
    """The bits of a key usage, cut after the last one set."""
    bits = [int(one in usages) for one in Usage]
    while bits and not bits[-1]:
        bits.pop()
    raw: bytes = core.BitString(tuple(bits)).dump()
    return raw


def _addresses(addresses: Addresses) -> list[tuple[str, bool, bytes]]:
    """Where to ask."""
    found = []
    if addresses.ocsp:
        way = der.encode(0x30, core.ObjectIdentifier(_OCSP_METHOD).dump() + der.encode(0x86, addresses.ocsp.encode()))
        found.append((AUTHORITY_ACCESS, False, der.encode(0x30, way)))
    for oid, url in ((CRL_POINTS, addresses.crl), (FRESHEST, addresses.delta)):
        if url:
            full = der.encode(0xA0, der.encode(0xA0, der.encode(0x86, url.encode())))
            found.append((oid, False, der.encode(0x30, der.encode(0x30, full))))
    return found
