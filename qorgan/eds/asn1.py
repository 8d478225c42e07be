"""The structures of certificates, lists, responses, timestamps and CMS, as asn1crypto reads and writes them.

The structures that come with asn1crypto stop at algorithms they do not know, and can only be taught by changing the
library for everyone in the process. These leave names, keys and parameters as the bytes they are.
"""

from __future__ import annotations

from typing import Any, ClassVar

from asn1crypto import core


class Closed(core.Sequence):
    """A structure with the parts that it names and no more. asn1crypto passes over what follows them, and what nobody
    reads anybody may change.
    """

    def _parse_children(self, recurse: bool = False) -> None:
        super()._parse_children(recurse)
        if self._fields and self.children and len(self.children) > len(self._fields):
            raise ValueError("a structure has parts that it does not name")


def present(field: Any) -> bool:
    """Whether an optional field is there."""
    return not isinstance(field, core.Void)


def whole_octets(field: Any) -> bytes:
    """The octets of a bit string that is made of whole ones; asn1crypto would pass over a count of unused bits."""
    if field.contents[:1] != b"\0":
        raise ValueError("a bit string is not of whole octets")
    found: bytes = field.native
    return found


class Algorithm(Closed):
    """AlgorithmIdentifier."""

    _fields: ClassVar = [("algorithm", core.ObjectIdentifier), ("parameters", core.Any, {"optional": True})]


class Algorithms(core.SetOf):
    """The digest algorithms of a CMS."""

    _child_spec = Algorithm


class AttributeTypeAndValue(Closed):
    """One part of a name."""

    _fields: ClassVar = [("type", core.ObjectIdentifier), ("value", core.Any)]


class RelativeName(core.SetOf):
    """The parts of one level of a name."""

    _child_spec = AttributeTypeAndValue


class Name(core.SequenceOf):
    """A distinguished name."""

    _child_spec = RelativeName


class Time(core.Choice):
    """UTCTime to 2049, GeneralizedTime after."""

    _alternatives: ClassVar = [("utc_time", core.UTCTime), ("general_time", core.GeneralizedTime)]


class Validity(Closed):
    """From when to when."""

    _fields: ClassVar = [("not_before", Time), ("not_after", Time)]


class KeyInfo(Closed):
    """SubjectPublicKeyInfo."""

    _fields: ClassVar = [("algorithm", Algorithm), ("public_key", core.OctetBitString)]


class Extension(Closed):
    """One extension; its value is DER in an octet string."""

    _fields: ClassVar = [
        ("extn_id", core.ObjectIdentifier),
        ("critical", core.Boolean, {"default": False}),
        ("extn_value", core.OctetString),
    ]


class Extensions(core.SequenceOf):
    """Extensions of whatever it is."""

    _child_spec = Extension


class TbsCertificate(Closed):
    """What an authority signs of a certificate."""

    _fields: ClassVar = [
        ("version", core.Integer, {"explicit": 0, "default": 0}),
        ("serial_number", core.Integer),
        ("signature", Algorithm),
        ("issuer", Name),
        ("validity", Validity),
        ("subject", Name),
        ("subject_public_key_info", KeyInfo),
        ("issuer_unique_id", core.OctetBitString, {"implicit": 1, "optional": True}),
        ("subject_unique_id", core.OctetBitString, {"implicit": 2, "optional": True}),
        ("extensions", Extensions, {"explicit": 3, "optional": True}),
    ]


class Certificate(Closed):
    """A certificate."""

    _fields: ClassVar = [
        ("tbs_certificate", TbsCertificate),
        ("signature_algorithm", Algorithm),
        ("signature_value", core.OctetBitString),
    ]


class KeyPurposes(core.SequenceOf):
    """Extended key usage."""

    _child_spec = core.ObjectIdentifier


class BasicConstraints(Closed):
    """Whether it is an authority, and how many may stand below it."""

    _fields: ClassVar = [
        ("ca", core.Boolean, {"default": False}),
        ("path_len_constraint", core.Integer, {"optional": True}),
    ]


class AuthorityKey(Closed):
    """Authority key identifier; the other two forms are left as bytes."""

    _fields: ClassVar = [
        ("key_identifier", core.OctetString, {"implicit": 0, "optional": True}),
        ("authority_cert_issuer", core.Any, {"optional": True}),
        ("authority_cert_serial_number", core.Any, {"optional": True}),
    ]


class Policy(Closed):
    """One certificate policy."""

    _fields: ClassVar = [("policy_identifier", core.ObjectIdentifier), ("qualifiers", core.Any, {"optional": True})]


class Policies(core.SequenceOf):
    """Certificate policies."""

    _child_spec = Policy


class RevokedEntry(Closed):
    """One line of a revocation list."""

    _fields: ClassVar = [
        ("serial", core.Integer),
        ("at", Time),
        ("extensions", Extensions, {"optional": True}),
    ]


class RevokedEntries(core.SequenceOf):
    """The lines of a revocation list."""

    _child_spec = RevokedEntry


class TbsList(Closed):
    """What an authority signs of a revocation list."""

    _fields: ClassVar = [
        ("version", core.Integer, {"optional": True}),
        ("signature", Algorithm),
        ("issuer", Name),
        ("this_update", Time),
        ("next_update", Time, {"optional": True}),
        ("revoked", RevokedEntries, {"optional": True}),
        ("extensions", Extensions, {"explicit": 0, "optional": True}),
    ]


class RevocationList(Closed):
    """A CRL or a delta CRL."""

    _fields: ClassVar = [
        ("tbs_list", TbsList),
        ("signature_algorithm", Algorithm),
        ("signature_value", core.OctetBitString),
    ]


class CertId(Closed):
    """How OCSP names a certificate."""

    _fields: ClassVar = [
        ("hash_algorithm", Algorithm),
        ("issuer_name_hash", core.OctetString),
        ("issuer_key_hash", core.OctetString),
        ("serial_number", core.Integer),
    ]


class OcspQuestion(Closed):
    """One certificate asked about."""

    _fields: ClassVar = [
        ("cert", CertId),
        ("extensions", Extensions, {"explicit": 0, "optional": True}),
    ]


class OcspQuestions(core.SequenceOf):
    """What is asked about."""

    _child_spec = OcspQuestion


class TbsRequest(Closed):
    """The body of an OCSP request. Nobody who asks us gives a name, so a name is not read."""

    _fields: ClassVar = [
        ("version", core.Integer, {"explicit": 0, "default": 0}),
        ("requestor_name", core.Null, {"explicit": 1, "optional": True}),
        ("requests", OcspQuestions),
        ("extensions", Extensions, {"explicit": 2, "optional": True}),
    ]


class OcspRequest(Closed):
    """An OCSP request; ours are never signed."""

    _fields: ClassVar = [
        ("tbs_request", TbsRequest),
        ("signature", core.Any, {"explicit": 0, "optional": True}),
    ]


class RevocationReason(core.Enumerated):
    """Why, in a list and in OCSP (RFC 5280, 5.3.1)."""

    _map: ClassVar = {
        0: "unspecified",
        1: "key_compromise",
        2: "ca_compromise",
        3: "affiliation_changed",
        4: "superseded",
        5: "cessation_of_operation",
        6: "certificate_hold",
        8: "remove_from_crl",
        9: "privilege_withdrawn",
        10: "aa_compromise",
    }


class RevokedInfo(Closed):
    """When and why, in OCSP."""

    _fields: ClassVar = [
        ("at", core.GeneralizedTime),
        ("reason", RevocationReason, {"explicit": 0, "optional": True}),
    ]


class OcspState(core.Choice):
    """Good, revoked or unknown."""

    _alternatives: ClassVar = [
        ("good", core.Null, {"implicit": 0}),
        ("revoked", RevokedInfo, {"implicit": 1}),
        ("unknown", core.Null, {"implicit": 2}),
    ]


class OcspAnswer(Closed):
    """What is said of one certificate."""

    _fields: ClassVar = [
        ("cert", CertId),
        ("state", OcspState),
        ("this_update", core.GeneralizedTime),
        ("next_update", core.GeneralizedTime, {"explicit": 0, "optional": True}),
        ("extensions", Extensions, {"explicit": 1, "optional": True}),
    ]


class OcspAnswers(core.SequenceOf):
    """What is said."""

    _child_spec = OcspAnswer


class ResponderId(core.Choice):
    """Who answers."""

    _alternatives: ClassVar = [
        ("by_name", Name, {"explicit": 1}),
        ("by_key", core.OctetString, {"explicit": 2}),
    ]


class TbsResponse(Closed):
    """What a responder signs."""

    _fields: ClassVar = [
        ("version", core.Integer, {"explicit": 0, "default": 0}),
        ("responder", ResponderId),
        ("produced_at", core.GeneralizedTime),
        ("answers", OcspAnswers),
        ("extensions", Extensions, {"explicit": 1, "optional": True}),
    ]


class Certificates(core.SequenceOf):
    """Certificates in a sequence."""

    _child_spec = Certificate


class BasicOcspResponse(Closed):
    """A signed OCSP response."""

    _fields: ClassVar = [
        ("tbs_response", TbsResponse),
        ("signature_algorithm", Algorithm),
        ("signature", core.OctetBitString),
        ("certificates", Certificates, {"explicit": 0, "optional": True}),
    ]


class ResponseBytes(Closed):
    """The type of a response and its bytes."""

    _fields: ClassVar = [("type", core.ObjectIdentifier), ("response", core.OctetString)]


class OcspStatus(core.Enumerated):
    """Whether there is an answer at all."""

    _map: ClassVar = {0: "successful", 1: "malformed", 2: "internal_error", 3: "try_later", 5: "sign", 6: "no"}


class OcspResponse(Closed):
    """An OCSP response."""

    _fields: ClassVar = [
        ("status", OcspStatus),
        ("bytes", ResponseBytes, {"explicit": 0, "optional": True}),
    ]
