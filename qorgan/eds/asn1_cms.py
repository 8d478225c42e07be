"""The structures of CMS (RFC 5652), ESS (RFC 5035) and timestamps (RFC 3161)."""

from __future__ import annotations

from typing import ClassVar

from asn1crypto import core

from qorgan.eds.asn1 import Algorithm, Algorithms, Closed, Extensions, Name


class AnySet(core.SetOf):
    """Values of an attribute, as they are."""

    _child_spec = core.Any


class Attribute(Closed):
    """An attribute of a signer."""

    _fields: ClassVar = [("type", core.ObjectIdentifier), ("values", AnySet)]


class Attributes(core.SetOf):
    """Attributes of a signer."""

    _child_spec = Attribute


class IssuerAndSerial(Closed):
    """How a signer names the certificate."""

    _fields: ClassVar = [("issuer", Name), ("serial_number", core.Integer)]


class SignerId(core.Choice):
    """The signer's certificate, by issuer and number or by its key identifier."""

    _alternatives: ClassVar = [
        ("issuer_and_serial", IssuerAndSerial),
        ("key_identifier", core.OctetString, {"implicit": 0}),
    ]


class SignerInfo(Closed):
    """One signer."""

    _fields: ClassVar = [
        ("version", core.Integer),
        ("sid", SignerId),
        ("digest_algorithm", Algorithm),
        ("signed_attrs", Attributes, {"implicit": 0, "optional": True}),
        ("signature_algorithm", Algorithm),
        ("signature", core.OctetString),
        ("unsigned_attrs", Attributes, {"implicit": 1, "optional": True}),
    ]


class SignerInfos(core.SetOf):
    """The signers."""

    _child_spec = SignerInfo


class EncapsulatedContent(Closed):
    """What is signed, or only its type when it lies beside."""

    _fields: ClassVar = [
        ("type", core.ObjectIdentifier),
        ("content", core.OctetString, {"explicit": 0, "optional": True}),
    ]


class SignedData(Closed):
    """The signed content with signers and certificates; lists inside are not used, so they are not allowed."""

    _fields: ClassVar = [
        ("version", core.Integer),
        ("digest_algorithms", Algorithms),
        ("content", EncapsulatedContent),
        ("certificates", AnySet, {"implicit": 0, "optional": True}),
        ("crls", AnySet, {"implicit": 1, "optional": True}),
        ("signers", SignerInfos),
    ]


class ContentInfo(Closed):
    """The outer shell."""

    _fields: ClassVar = [("type", core.ObjectIdentifier), ("content", SignedData, {"explicit": 0})]


class EssCertId(Closed):
    """The digest of the signer's certificate by SHA-1."""

    _fields: ClassVar = [("hash", core.OctetString), ("issuer_serial", core.Any, {"optional": True})]


class EssCertIds(core.SequenceOf):
    """Digests, the signer's first."""

    _child_spec = EssCertId


class SigningCertificate(Closed):
    """The attribute of RFC 2634."""

    _fields: ClassVar = [("certs", EssCertIds), ("policies", core.Any, {"optional": True})]


class IssuerSerial(Closed):
    """The issuer, as general names, and the number of a certificate."""

    _fields: ClassVar = [("issuer", core.Any), ("serial_number", core.Integer)]


class EssCertIdV2(Closed):
    """The digest of the signer's certificate by any algorithm; by SHA-256 when none is named."""

    _fields: ClassVar = [
        ("hash_algorithm", Algorithm, {"optional": True}),
        ("hash", core.OctetString),
        ("issuer_serial", core.Any, {"optional": True}),
    ]


class EssCertIdsV2(core.SequenceOf):
    """Digests, the signer's first."""

    _child_spec = EssCertIdV2


class SigningCertificateV2(Closed):
    """The attribute of RFC 5035."""

    _fields: ClassVar = [("certs", EssCertIdsV2), ("policies", core.Any, {"optional": True})]


class Imprint(Closed):
    """The digest of what is stamped."""

    _fields: ClassVar = [("hash_algorithm", Algorithm), ("hash", core.OctetString)]


class TimestampRequest(Closed):
    """A question to a timestamp authority."""

    _fields: ClassVar = [
        ("version", core.Integer),
        ("imprint", Imprint),
        ("policy", core.ObjectIdentifier, {"optional": True}),
        ("nonce", core.Integer, {"optional": True}),
        ("cert_req", core.Boolean, {"default": False}),
        ("extensions", Extensions, {"implicit": 0, "optional": True}),
    ]


class Accuracy(Closed):
    """By how much the time may be off."""

    _fields: ClassVar = [
        ("seconds", core.Integer, {"optional": True}),
        ("millis", core.Integer, {"implicit": 0, "optional": True}),
        ("micros", core.Integer, {"implicit": 1, "optional": True}),
    ]


class TstInfo(Closed):
    """What a timestamp says."""

    _fields: ClassVar = [
        ("version", core.Integer),
        ("policy", core.ObjectIdentifier),
        ("imprint", Imprint),
        ("serial_number", core.Integer),
        ("gen_time", core.GeneralizedTime),
        ("accuracy", Accuracy, {"optional": True}),
        ("ordering", core.Boolean, {"default": False}),
        ("nonce", core.Integer, {"optional": True}),
        ("tsa", core.Any, {"explicit": 0, "optional": True}),
        ("extensions", Extensions, {"implicit": 1, "optional": True}),
    ]


class Texts(core.SequenceOf):
    """Words of the authority."""

    _child_spec = core.UTF8String


class PkiStatus(Closed):
    """Whether a stamp was granted."""

    _fields: ClassVar = [
        ("status", core.Integer),
        ("text", Texts, {"optional": True}),
        ("failure", core.BitString, {"optional": True}),
    ]


class TimestampResponse(Closed):
    """An answer of a timestamp authority."""

    _fields: ClassVar = [("status", PkiStatus), ("token", ContentInfo, {"optional": True})]
