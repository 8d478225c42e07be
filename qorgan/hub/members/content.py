"""What an application says, by its kind: parsed at the border, judged before it is stored (R67.5, R67.6)."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

import msgspec
from django.utils.translation import gettext_lazy as _
from msgspec import Meta, Struct

from qorgan.hub.members.bin import is_bin
from qorgan.hub.members.models import Application, ApplicationKind
from qorgan.hub.members.profile import Email, Name, Profile, Text
from qorgan.hub.members.profile import check as check_profile
from qorgan.hub.members.roles import Role
from qorgan.kit.refusal import Refusal

PartOfName = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\d@<>\"]+\Z")]
Patronymic = Annotated[str, Meta(max_length=100, pattern=r"^[^\d@<>\"]*\Z")]
RequiredPhone = Annotated[str, Meta(pattern=r"^\+[0-9]{8,15}\Z")]

_SHARED: Final = re.compile(
    r"(admin|administrator|bank|cert|contact|csirt|department|duty|hello|help|helpdesk|ib|info|infosec|is|it|kense|mail"
    r"|noc|noreply|office|post|postmaster|reception|root|secretary|security|service|sib|soc|support|team|uib)"
    r"[\d._-]*"
)
"""Names before the @ that a unit uses rather than a person."""


class Soc(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A security operations centre as the application names it (R67.5). One with this BIN may be connected already."""

    bin: Annotated[str, Meta(max_length=12)]
    name_kk: Name
    name_ru: Name
    name_en: Name
    email: Email


class Connection(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An application for connection (R67.5)."""

    profile: Profile
    soc: Soc | None = None
    letter: Text = ""
    """Number and date of the letter, where the centre's analyst writes the application down from one."""


class Account(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An application for a personal account (R67.6)."""

    surname: PartOfName
    given_name: PartOfName
    patronymic: Patronymic = ""
    position: Annotated[str, Meta(min_length=1, max_length=200)]
    phones: Annotated[tuple[RequiredPhone, ...], Meta(min_length=1, max_length=5)]
    email: Email
    role: Role
    confirmed: bool = False
    """That an address which looks like a unit's is one person's alone."""

    @property
    def full_name(self) -> str:
        """As the account will show it."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)


Content = Connection | Account | Profile

_TYPES: Final[dict[str, type[Content]]] = {
    ApplicationKind.CONNECTION: Connection,
    ApplicationKind.ACCOUNT: Account,
    ApplicationKind.PROFILE: Profile,
}


def content_type(kind: str) -> type[Content]:
    """What applications of a kind say."""
    return _TYPES[kind]


def content_of(application: Application) -> Content:
    """What an application says."""
    return msgspec.convert(application.content, _TYPES[application.kind])


def plain(content: Content | Profile) -> dict[str, Any]:
    """As a column holds it."""
    return msgspec.json.decode(msgspec.json.encode(content), type=dict[str, Any])


def check(content: Content) -> None:
    """Raise Refusal, which names the field, unless the content can be."""
    match content:
        case Connection():
            check_profile(content.profile)
            if content.soc is not None and not is_bin(content.soc.bin):
                raise Refusal(
                    "bin-wrong", _("This BIN cannot exist: its digits do not agree. Check it."), field="soc_bin"
                )
        case Account():
            if looks_shared(content.email) and not content.confirmed:
                raise Refusal("address-shared", _LOOKS_SHARED, "R67.6", field="email")
        case Profile():
            check_profile(content)


def looks_shared(email: str) -> bool:
    """Whether an address looks like one that several people read."""
    return _SHARED.fullmatch(email.partition("@")[0].casefold()) is not None


def subject_of(content: Content, organisation: object) -> str:
    """What two open applications of a kind may not share."""
    match content:
        case Connection():
            return content.profile.bin
        case Account():
            return content.email.lower()
        case Profile():
            return str(organisation)


_LOOKS_SHARED = _(
    "This address looks like a unit's. Accounts are personal: give the person's own address, or confirm below that "
    "nobody else reads it (R67.6)."
)
