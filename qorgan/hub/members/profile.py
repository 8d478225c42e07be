"""What an organisation's profile consists of (R67.3.2), parsed at the border and judged before it is stored."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated, Final, Literal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from msgspec import Meta, Struct

from qorgan.hub.members.bin import is_bin
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind

Name = Annotated[str, Meta(min_length=1, max_length=300)]
Text = Annotated[str, Meta(max_length=200)]
Phone = Annotated[str, Meta(pattern=r"^(\+[0-9]{8,15})?\Z")]
"""E.164 of any country, or nothing."""
KazakhPhone = Annotated[str, Meta(pattern=r"^(\+7(7[0-9]{9}|33[0-9]{8}))?\Z")]
"""E.164 of Kazakhstan: +7 and a national number that begins with 7 or 33. Or nothing."""
Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\Z")]

_DOMAIN: Final = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)
MOST_ENTRIES: Final = 5_000
"""Of any list of a profile."""


class Contact(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody who answers in the organisation's name at any hour."""

    name: Name
    position: Text = ""
    phone: Phone = ""
    email: Text = ""


class Product(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A piece of software or equipment in use: what warnings of vulnerabilities are addressed by."""

    kind: Literal["software", "hardware"]
    vendor: Text
    product: Name
    version: Text = ""
    cpe: Annotated[str, Meta(max_length=512)] = ""
    """CPE 2.3, where it is known."""
    purl: Annotated[str, Meta(max_length=512)] = ""
    """Package URL, where there is one."""


class Profile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An organisation as the centre knows it."""

    bin: Annotated[str, Meta(max_length=12)]
    kind: OrganisationKind
    name_kk: Name
    name_ru: Name
    name_en: Name
    email: Email
    reporting_phone: KazakhPhone = ""
    contacts: Annotated[tuple[Contact, ...], Meta(max_length=50)] = ()
    networks: Annotated[tuple[Text, ...], Meta(max_length=MOST_ENTRIES)] = ()
    domains: Annotated[tuple[Text, ...], Meta(max_length=MOST_ENTRIES)] = ()
    inventory: Annotated[tuple[Product, ...], Meta(max_length=MOST_ENTRIES)] = ()


FIXED: Final = ("bin", "kind")
"""What never changes once an organisation is connected."""


def check(profile: Profile) -> None:
    """Raise Refusal unless the BIN's check digit holds, and every network and domain can be.

    Codes: `bin-wrong`, `network-wrong`, `domain-wrong`; the refusal names the field and the line.
    """
    if not is_bin(profile.bin):
        raise Refusal("bin-wrong", _("This BIN cannot exist: its digits do not agree. Check it."), field="bin")
    for line, text in enumerate(profile.networks, start=1):
        if (wrong := network_fault(text)) is not None:
            raise Refusal("network-wrong", _on_line(line, wrong), field="networks")
    for line, text in enumerate(profile.domains, start=1):
        if not is_domain(text):
            wrong = gettext("“%(text)s” is not a domain name.") % {"text": text}
            raise Refusal("domain-wrong", _on_line(line, wrong), field="domains")


def network_fault(text: str) -> str | None:
    """What is wrong with a block of addresses, in the language of the moment; None when nothing is."""
    try:
        network = ip_network(text)
    except ValueError:
        try:
            meant = ip_network(text, strict=False)
        except ValueError:
            return gettext("“%(text)s” is not a block of addresses, such as 198.51.100.0/24.") % {"text": text}
        return gettext("“%(text)s” is an address inside a block; the block is %(meant)s.") % {
            "text": text,
            "meant": meant,
        }
    return gettext("This is every address there is.") if network.prefixlen == 0 else None


def is_domain(text: str) -> bool:
    """Whether the text is a domain name of two parts or more, in any letters."""
    try:
        return _DOMAIN.fullmatch(text.lower().encode("idna").decode()) is not None
    except UnicodeError:
        return False


def _on_line(line: int, wrong: str) -> str:
    return gettext("Line %(line)s: %(wrong)s") % {"line": line, "wrong": wrong}
