"""Where a certificate says its state can be asked."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import msgspec
from asn1crypto import core

from qorgan.eds.asn1 import Closed, present
from qorgan.eds.certificate import AUTHORITY_ACCESS, CRL_POINTS, FRESHEST, Certificate
from qorgan.eds.refusal import FOREIGN

_OCSP: Final = "1.3.6.1.5.5.7.48.1"
_URL: Final = 6
"""The tag of an address among the kinds of general names."""
_LONGEST: Final = 1024


class Points(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses in the order the certificate gives them."""

    ocsp: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    deltas: tuple[str, ...] = ()


class _Names(core.SequenceOf):
    """General names, as they are."""

    _child_spec = core.Any


class _PointName(core.Choice):
    """The name of a point; only full names are of use."""

    _alternatives: ClassVar = [("full", _Names, {"implicit": 0}), ("relative", core.Any, {"implicit": 1})]


class _Point(Closed):
    """A distribution point."""

    _fields: ClassVar = [
        ("name", _PointName, {"explicit": 0, "optional": True}),
        ("reasons", core.BitString, {"implicit": 1, "optional": True}),
        ("issuer", _Names, {"implicit": 2, "optional": True}),
    ]


class _PointList(core.SequenceOf):
    """Distribution points."""

    _child_spec = _Point


class _Access(Closed):
    """One way of access."""

    _fields: ClassVar = [("method", core.ObjectIdentifier), ("location", core.Any)]


class _AccessList(core.SequenceOf):
    """Ways of access."""

    _child_spec = _Access


def points_of(certificate: Certificate) -> Points:
    """Addresses of responders, lists and deltas; a place that cannot be read names nobody."""
    return Points(
        ocsp=_responders(certificate),
        lists=_lists(certificate, CRL_POINTS),
        deltas=_lists(certificate, FRESHEST),
    )


def _responders(certificate: Certificate) -> tuple[str, ...]:
    """Addresses of OCSP responders."""
    raw = certificate.extensions.get(AUTHORITY_ACCESS, (False, b""))[1]
    try:
        ways = _AccessList.load(raw, strict=True) if raw else ()
        urls = [_url(way["location"].dump()) for way in ways if way["method"].dotted == _OCSP]
    except FOREIGN:
        return ()
    return tuple(url for url in urls if url)


def _lists(certificate: Certificate, oid: str) -> tuple[str, ...]:
    """Addresses of lists that are whole and the issuer's own."""
    raw = certificate.extensions.get(oid, (False, b""))[1]
    try:
        found: list[str] = []
        for point in _PointList.load(raw, strict=True) if raw else ():
            found += _full_names(point)
    except FOREIGN:
        return ()
    return tuple(found)


def _full_names(point: Any) -> list[str]:
    """Addresses of one point, unless it is for some reasons only or of another issuer."""
    if present(point["reasons"]) or present(point["issuer"]) or not present(point["name"]):
        return []
    name = point["name"].chosen if isinstance(point["name"], core.Choice) else point["name"]
    return [url for url in (_url(one.dump()) for one in name) if url]


def _url(raw: bytes) -> str:
    """An address out of a general name; empty when it is another kind of name, or no web address."""
    if raw[0] != 0x80 | _URL:
        return ""
    text = raw[2 if raw[1] < 0x80 else 2 + (raw[1] & 0x7F) :].decode("ascii")  # noqa: PLR2004 - forms of a length
    return text if text.startswith(("http://", "https://")) and len(text) <= _LONGEST else ""
