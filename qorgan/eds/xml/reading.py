"""XML read safely: bounded, in UTF-8, with nothing in it that a signature would not cover or a reader might fetch."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

from lxml import etree

from qorgan.eds.refusal import Reason, RefusedError, demand
from qorgan.eds.xml.names import CANONICAL, EXCLUSIVE_NAMESPACE

LARGEST: Final = 16 << 20
"""Bytes of an XML document."""
_declaration = re.compile(
    rb"""<\?xml[ ]version=(["'])1\.0\1([ ]encoding=(["'])(?:UTF-8|utf-8)\3)?"""
    rb"""([ ]standalone=(["'])(?:yes|no)\5)?[ ]?\?>"""
)
_BLANKS: Final = " \t\r\n"
_blank = re.compile(r"[ \t\r\n]+")
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"


def read(raw: bytes) -> Any:
    """The root of a document. Raises RefusedError.

    Document types, entities, comments and processing instructions are refused: the first two reach beyond the bytes,
    and a signature over the whole document as KZ tools make it leaves comments out.
    """
    demand(len(raw) <= LARGEST, Reason.TOO_LARGE, f"A document has at most {LARGEST} bytes")
    body = raw.removeprefix(b"\xef\xbb\xbf")
    if body.startswith(b"<?"):
        matched = _declaration.match(body)
        demand(matched, Reason.XML_FORBIDDEN, "The XML declaration is not of version 1.0 in UTF-8")
        body = body[matched.end() :] if matched else body
    demand(b"<!DOCTYPE" not in body and b"<!ENTITY" not in body, Reason.XML_FORBIDDEN, "A document type is not read")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False
    )
    try:
        body.decode("utf-8")
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise RefusedError(Reason.MALFORMED, f"This is not XML: {wrong}"[:200]) from wrong
    alone = root.getprevious() is None and root.getnext() is None
    demand(alone and all(isinstance(one.tag, str) for one in root.iter()), Reason.XML_FORBIDDEN,
           "Comments, instructions and entities are not covered by a signature")  # fmt: skip
    return root


def canonical(element: Any, method: Any) -> bytes:
    """Canonical XML of an element by the method that a CanonicalizationMethod or Transform names."""
    name = method.get("Algorithm")
    demand(name in CANONICAL, Reason.ALGORITHM_UNKNOWN, f"Canonical XML by {name} is not allowed")
    exclusive, comments = CANONICAL[name]
    prefixes: list[str] | None = None
    for child in method:
        demand(exclusive and child.tag == f"{{{EXCLUSIVE_NAMESPACE}}}InclusiveNamespaces" and prefixes is None,
               Reason.ALGORITHM_UNKNOWN, "The method of canonical XML has parameters it does not take")  # fmt: skip
        prefixes = child.get("PrefixList", "").split()
    return canonical_by(element, name, prefixes, comments=comments)


def canonical_by(element: Any, name: str, prefixes: list[str] | None = None, *, comments: bool = False) -> bytes:
    """Canonical XML by an identifier."""
    exclusive = CANONICAL[name][0]
    # Inclusive canonical XML takes xml: attributes of ancestors along, which the library does not.
    inherited = any(key.startswith(_XML) for above in element.iterancestors() for key in above.attrib)
    demand(exclusive or not inherited, Reason.XML_FORBIDDEN, "An ancestor has an xml: attribute")
    made: bytes = etree.tostring(
        element, method="c14n", exclusive=exclusive, with_comments=comments, inclusive_ns_prefixes=prefixes,
        with_tail=False,
    )  # fmt: skip
    return made


def binary(element: Any) -> bytes:
    """The bytes that an element without children holds in base64, which must be spelt in the one right way."""
    demand(not len(element), Reason.MALFORMED, f"{element.tag} has children")
    text = _blank.sub("", element.text or "")
    try:
        made = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise RefusedError(Reason.MALFORMED, f"{element.tag} is no base64") from wrong
    demand(text and base64.b64encode(made).decode() == text, Reason.MALFORMED, f"{element.tag} is spelt in another way")
    return made


def parts(element: Any, allowed: frozenset[str]) -> list[Any]:
    """The children of an element that has no text of its own. Raises RefusedError for a child it may not have."""
    demand(not (element.text or "").strip(_BLANKS), Reason.MALFORMED, f"{element.tag} has text")
    for child in element:
        demand(child.tag in allowed, Reason.ATTRIBUTE_UNKNOWN, f"{child.tag} may not stand in {element.tag}")
        demand(not (child.tail or "").strip(_BLANKS), Reason.MALFORMED, f"{element.tag} has text")
    return list(element)


def only(element: Any, name: str) -> Any:
    """The one child of a name."""
    found = element.findall(name)
    demand(len(found) == 1, Reason.MALFORMED, f"{element.tag} has not one {name}")
    return found[0]
