"""What is signed to sign in: a text that says to whom, for what, when, and that it is of no other use. Pure.

Since one key signs documents and signs in, bytes of no meaning must never be signed: they might be a contract's digest.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from xml.sax.saxutils import escape

import msgspec

NAMESPACE: Final = "urn:qorgan:gate:challenge:1"
_SENTENCES: Final = (
    "Бұл мәтінге қол қою тек төменде аталған мекенжайға кіру үшін қызмет етеді және ешқандай келісімді білдірмейді.",
    "Подпись под этим текстом служит только для входа по указанному ниже адресу и ни с чем не выражает согласия.",
    "A signature under this text serves to sign in at the address below and agrees to nothing.",
)


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one challenge says. Nothing personal is in it: it may be shown by any program that signs."""

    issuer: str
    """The address of the gate."""
    purpose: str
    population: str
    ceremony: UUID
    nonce: bytes
    at: datetime

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Names and values, in their order."""
        return (
            ("issuer", self.issuer),
            ("purpose", self.purpose),
            ("population", self.population),
            ("ceremony", str(self.ceremony)),
            ("nonce", base64.urlsafe_b64encode(self.nonce).rstrip(b"=").decode()),
            ("at", self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
        )


def as_text(asked: Asked) -> bytes:
    """For CMS: lines of UTF-8."""
    lines = [NAMESPACE, *_SENTENCES, *(f"{name}: {_one_line(value)}" for name, value in asked.parts)]
    return ("\n".join(lines) + "\n").encode()


def as_xml(asked: Asked) -> bytes:
    """For XML signatures: the same as one canonical document."""
    said = "".join(f"<say>{escape(one)}</say>" for one in _SENTENCES)
    parts = "".join(f"<{name}>{escape(_one_line(value))}</{name}>" for name, value in asked.parts)
    return f'<challenge xmlns="{NAMESPACE}">{said}{parts}</challenge>'.encode()


def _one_line(value: str) -> str:
    """No value may begin a line of its own."""
    return " ".join(value.split())
