"""What an organisation's profile consists of (R67.3.2), parsed at the border and judged before it is stored."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from msgspec import Meta, Struct

from qorgan.hub.members.bin import is_bin
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind

Name = Annotated[str, Meta(min_length=1, max_length=300)]
Text = Annotated[str, Meta(max_length=200)]
Phone = Annotated[str, Meta(pattern=r"^(\+[0-9]{8,15})?$")]
Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class Contact(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody to be reached in the organisation's name."""

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


class Profile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An organisation as the centre knows it."""

    bin: Annotated[str, Meta(max_length=12)]
    kind: OrganisationKind
    name_kk: Name
    name_ru: Name
    name_en: Name
    email: Email
    reporting_phone: Phone = ""
    contacts: tuple[Contact, ...] = ()
    inventory: tuple[Product, ...] = ()


def check(profile: Profile) -> None:
    """Raise Refusal `bin-wrong` unless the BIN's check digit holds."""
    if not is_bin(profile.bin):
        raise Refusal("bin-wrong", _("This BIN cannot exist: its digits do not agree. Check it."), field="bin")
