"""A sealed package: an agreed card with its agreement and evidence, which any transport carries (R48I.3).

Signed by the module (Ed25519), then encrypted to the hub (HPKE, RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305), so
that whoever carries it can neither read nor change it. What is signed names the hub and its key: nobody who can open a
package can pass it on as if it had been meant for another. Every bit of the file is under the one seal or the other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from msgspec import Meta, Struct

from qorgan.ledger.canonical import canonical, from_base64, to_base64
from qorgan.ledger.entry import Bin, Digest, Instant, document_digest
from qorgan.ledger.errors import LedgerError, NoteError
from qorgan.ledger.note import SignedNote, SigningKey, VerifierKey
from qorgan.wire.signal import Uuid

PATH: Final = "/api/v1/packages"
KEY_PATH: Final = "/ledger/sealing-key"
CONTENT_TYPE: Final = "application/vnd.qorgan.package.v1"
SUFFIX: Final = ".qpkg"
RECEIPT_SUFFIX: Final = ".receipt.json"
MAX_SIZE: Final = 4 * 1024 * 1024
LIFE: Final = timedelta(days=30)
"""How long a package may be on its way. An older one is sealed anew: its card is the same."""
SKEW: Final = timedelta(days=1)
"""By how much the clock of the machine that sealed it may be ahead."""

_MAGIC: Final = b"qorgan package 1\n"
_KEY_TITLE: Final = "qorgan sealing key 1"
_SIGNATURE: Final = 64
SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
"""RFC 9180. Whatever is sealed to a hub is sealed by it."""

Short = Annotated[str, Meta(max_length=300)]
Email = Annotated[str, Meta(min_length=3, max_length=254)]


class PackageRefused(Exception):
    """A file is no package for this hub, was changed, or is too old. `code` is one of `REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(REASONS[code])
        self.code = code


REASONS: Final = {
    "not-a-package": "this is no sealed package of a module",
    "not-for-this-hub": "the package was changed on its way, or sealed for another hub",
    "altered": "the signature of the module does not hold: the package was changed, or the key is not its own",
    "expired": "the package is older than it may be; the module has to seal it anew",
    "not-yet": "the package says that it was sealed in the future; the clock of the module is wrong",
    "malformed": "what is in the package cannot be read",
    "mismatched": "the agreement in the package is over other words than the package carries",
}


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every struct of a package is."""


class Signatory(Part, frozen=True, kw_only=True):
    """A person of the institution, by the address under which the hub knows them too."""

    email: Email
    name: Short
    position: Short = ""


class Words(Part, frozen=True, kw_only=True):
    """What the head agreed to: its canonical JSON is the exact bytes of the agreement."""

    card: Uuid
    """The module's own name of the card. One card of it becomes one card of the hub."""
    wording: Annotated[int, Meta(ge=1, le=1_000)]
    """Counts the agreed wordings of the card."""
    organisation: Bin
    drill: bool
    content: dict[str, object]
    """As `qorgan.cards.content.Card` writes it."""


class Agreement(Part, frozen=True, kw_only=True):
    """Who made the card and who agreed to it, by the clock of the institution."""

    maker: Signatory
    head: Signatory
    drafted_at: Instant
    proposed_at: Instant
    agreed_at: Instant
    digest: Digest
    """Of the exact bytes."""


class Away(Part, frozen=True, kw_only=True):
    """A time in which ASOI did not answer this module while other places did."""

    since: Instant
    found_at: Instant
    until: Instant | None = None
    reason: Short = ""


class Call(Part, frozen=True, kw_only=True):
    """The call by which the incident was told first (R48I.3-fallback)."""

    called_at: Instant
    called_from: Short
    called_to: Short
    caller: Short
    answered_by: Short = ""
    centre_number: Short = ""
    """The number that the centre gave to its report."""
    read_back: bool = False


class Letter(Part, frozen=True, kw_only=True):
    """The official letter that repeats the call."""

    number: Short
    dated: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
    signatory: Short


class Choice(Part, frozen=True, kw_only=True):
    """That a person found the transport away as well, and why."""

    by: Signatory
    at: Instant
    reason: Annotated[str, Meta(max_length=2_000)]


class Evidence(Part, frozen=True, kw_only=True):
    """What the module can say of the day."""

    away: Annotated[tuple[Away, ...], Meta(max_length=100)] = ()
    choice: Choice | None = None
    call: Call | None = None
    letter: Letter | None = None


class Package(Part, frozen=True, kw_only=True):
    """Everything inside a sealed package."""

    version: Literal[1] = 1
    audience: str
    """Name of the hub's ledger."""
    recipient: str
    """The hub's sealing key that it was encrypted to, in base64."""
    module: Uuid
    key: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
    """Id of the module's key that signed it."""
    organisation: Bin
    sealed_at: Instant
    agreed: str
    """The exact bytes of the agreement, as text."""
    agreement: Agreement
    evidence: Evidence = Evidence()

    def words(self) -> Words:
        """What was agreed to. Raises PackageRefused when it is other than the agreement and the package say."""
        raw = self.agreed.encode()
        if document_digest(raw) != self.agreement.digest:
            raise PackageRefused("mismatched")
        try:
            found = msgspec.json.decode(raw, type=Words)
            is_canonical = canonical(found) == raw
        except (msgspec.MsgspecError, LedgerError, RecursionError):
            raise PackageRefused("malformed") from None
        if not is_canonical or found.organisation != self.organisation:
            raise PackageRefused("mismatched")
        return found


class Opened(Struct, frozen=True):
    """A package that was decrypted, and whose signature is still to be checked."""

    package: Package
    digest: str
    """Of the sealed file."""
    signed: bytes
    signature: bytes

    def check(self, public: bytes) -> None:
        """Raise PackageRefused unless the holder of this key signed it."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(self.signature, self.signed)
        except (InvalidSignature, ValueError):
            raise PackageRefused("altered") from None

    def check_time(self, now: datetime) -> None:
        """Raise PackageRefused for one that was too long on its way, or comes from the future."""
        sealed_at = datetime.fromisoformat(self.package.sealed_at)
        if now - sealed_at > LIFE:
            raise PackageRefused("expired")
        if sealed_at - now > SKEW:
            raise PackageRefused("not-yet")


class Reply(Part, frozen=True, kw_only=True):
    """What the hub gives back for a package: a file that the module imports, or the answer to its request."""

    card: Uuid
    wording: int
    number: str
    """Number of the hub's card."""
    version: int
    """Of the hub's card: the one that this package became."""
    received_at: Instant
    exact: str
    """The very bytes of that version: the agreed words are in them."""
    receipt: msgspec.Raw = msgspec.Raw(b"null")
    """The ledger's receipt for those bytes; null for the seconds until it is there."""

    @property
    def is_receipted(self) -> bool:
        """Whether the receipt is there."""
        return bytes(self.receipt) != b"null"


def seal(package: Package, key: Ed25519PrivateKey) -> bytes:
    """The sealed file of a package. Raises NoteError when its recipient is no key."""
    body = canonical(package)
    recipient = from_base64(package.recipient)
    signed = key.sign(_statement(package.audience, recipient, body))
    public = X25519PublicKey.from_public_bytes(recipient)
    return _MAGIC + SUITE.encrypt(signed + body, public, info=_info(package.audience))


def open_sealed(file: bytes, private: X25519PrivateKey, audience: str) -> Opened:
    """Decrypt a package that is meant for this hub. Raises PackageRefused. The signature is not checked here."""
    if len(file) > MAX_SIZE or not file.startswith(_MAGIC):
        raise PackageRefused("not-a-package")
    try:
        plain = bytes(SUITE.decrypt(file[len(_MAGIC) :], private, info=_info(audience)))
    except (InvalidTag, ValueError):
        raise PackageRefused("not-for-this-hub") from None
    signature, body = plain[:_SIGNATURE], plain[_SIGNATURE:]
    try:
        package = msgspec.json.decode(body, type=Package)
    except (msgspec.MsgspecError, LedgerError, RecursionError):
        raise PackageRefused("malformed") from None
    recipient = private.public_key().public_bytes_raw()
    if package.audience != audience or package.recipient != to_base64(recipient):
        raise PackageRefused("not-for-this-hub")
    return Opened(package, document_digest(file), _statement(audience, recipient, body), signature)


def key_note(public: bytes, signing: SigningKey) -> str:
    """The hub's sealing key as it is published: signed by the ledger's key, which modules have pinned."""
    text = f"{_KEY_TITLE}\n{signing.name}\n{to_base64(public)}\n"
    return str(SignedNote(text, (signing.sign(text),)))


def key_in(note: str, pinned: VerifierKey) -> str:
    """The sealing key in base64. Raises NoteError unless the pinned key vouches for it."""
    found = SignedNote.parse(note)
    if not found.verified([pinned]):
        raise NoteError("The sealing key is not signed by the pinned key")
    title, name, key = found.text.removesuffix("\n").split("\n") if found.text.count("\n") == 3 else ("", "", "")  # noqa: PLR2004 (lines)
    if title != _KEY_TITLE or name != pinned.name:
        raise NoteError("This is no sealing key of the hub")
    X25519PublicKey.from_public_bytes(from_base64(key))
    return key


def _info(audience: str) -> bytes:
    return _MAGIC + audience.encode()


def _statement(audience: str, recipient: bytes, body: bytes) -> bytes:
    return _MAGIC + audience.encode() + b"\n" + recipient + body
