"""Whether somebody but the passkey itself says of which model the authenticator is (WebAuthn 3, 8.2.1).

The library walks the chain to a root; it does not look whether the certificate at its end is of this model. Without
that, any key under the same root could claim any model.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.x509.oid import NameOID, ObjectIdentifier
from webauthn.helpers import parse_attestation_object

_MODEL: Final = ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
"""id-fido-gen-ce-aaguid: an octet string in an octet string."""
_UNIT: Final = "Authenticator Attestation"


def is_proven(attestation: bytes, model: UUID) -> bool:
    """Whether the first certificate, whose chain is already believed, is one for attesting this very model."""
    chain = parse_attestation_object(attestation).att_stmt.x5c
    if not chain:
        return False
    try:
        certificate = x509.load_der_x509_certificate(chain[0])
        extensions = certificate.extensions
        constraints = extensions.get_extension_for_class(x509.BasicConstraints).value
        said = extensions.get_extension_for_oid(_MODEL)
        units = [one.value for one in certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)]
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return False
    value = said.value.value if isinstance(said.value, x509.UnrecognizedExtension) else b""
    return (
        not constraints.ca
        and not said.critical
        and units == [_UNIT]
        and value == bytes([4, len(model.bytes)]) + model.bytes
    )
