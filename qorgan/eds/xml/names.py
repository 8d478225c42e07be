"""Identifiers of XML signatures: what is allowed, and nothing else is."""

from __future__ import annotations

from typing import Final

from qorgan.eds.algorithms import (
    GOST2004,
    GOST2015_256,
    GOST2015_512,
    GOST34311,
    RSA_SHA256,
    RSA_SHA384,
    RSA_SHA512,
    SHA256,
    SHA384,
    SHA512,
    STREEBOG256,
    STREEBOG512,
)

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES: Final = "http://uri.etsi.org/01903#SignedProperties"
ENVELOPED: Final = f"{DS}enveloped-signature"
EXCLUSIVE_NAMESPACE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"

_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_ENC: Final = "http://www.w3.org/2001/04/xmlenc#"
_KZ: Final = "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:"

INCLUSIVE: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
CANONICAL: Final = {
    INCLUSIVE: (False, False),
    f"{INCLUSIVE}#WithComments": (False, True),
    EXCLUSIVE_NAMESPACE: (True, False),
    f"{EXCLUSIVE_NAMESPACE}WithComments": (True, True),
}
"""Ways of canonical XML: exclusive or not, with comments or not."""

SIGNATURE_METHODS: Final = {
    f"{_MORE}rsa-sha256": RSA_SHA256,
    f"{_MORE}rsa-sha384": RSA_SHA384,
    f"{_MORE}rsa-sha512": RSA_SHA512,
    f"{_MORE}gost34310-gost34311": GOST2004,
    f"{_KZ}gostr34102015-gostr34112015-256": GOST2015_256,
    f"{_KZ}gostr34102015-gostr34112015-512": GOST2015_512,
}
DIGEST_METHODS: Final = {
    f"{_ENC}sha256": SHA256,
    f"{_MORE}sha384": SHA384,
    f"{_ENC}sha512": SHA512,
    f"{_MORE}gost34311": GOST34311,
    f"{_KZ}gostr34112015-256": STREEBOG256,
    f"{_KZ}gostr34112015-512": STREEBOG512,
}


def uri_of(table: dict[str, str], algorithm: str) -> str:
    """The identifier of an algorithm in XML."""
    return next(uri for uri, known in table.items() if known == algorithm)


def ds(name: str) -> str:
    """A name of the signature's namespace, as lxml writes it."""
    return f"{{{DS}}}{name}"


def xades(name: str) -> str:
    """A name of XAdES's namespace."""
    return f"{{{XADES}}}{name}"
