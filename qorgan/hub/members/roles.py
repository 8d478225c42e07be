"""What a person may do: one table from role to rights. A right that is not in it is refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Roles of people in ASOI (R67.3.1 names the responsible employee). A person may hold several."""

    AUDITOR = "auditor", _("Auditor")
    CENTRE_ANALYST = "centre-analyst", _("Analyst of the sectoral centre")
    CENTRE_HEAD = "centre-head", _("Head of the sectoral centre")
    HEAD_OF_SECURITY = "head-of-security", _("Head of the information security unit")
    RESPONSIBLE_EMPLOYEE = "responsible-employee", _("Responsible employee")
    SYSTEM_ACCOUNT = "system-account", _("System account")


CENTRE_ROLES: Final = frozenset({Role.CENTRE_ANALYST, Role.CENTRE_HEAD, Role.AUDITOR})
"""Roles that only people of the authority hold; the others belong to the institutions."""

OF_PROGRAMS: Final = frozenset({Role.SYSTEM_ACCOUNT})
"""Roles that no human holds: an institution's own systems act in them by tokens, and nobody signs in with them."""


class Right(StrEnum):
    """Everything that is allowed by name. Keep the list alphabetical."""

    ABSENCES_WRITE = "absences:write"
    """To record that the head of the unit is away, and name who stands in."""
    ACCOUNTS_APPLY = "accounts:apply"
    """To apply for a personal account (R67.6)."""
    ACCOUNTS_BLOCK = "accounts:block"
    """To block an account of one's own institution and open it again; the centre's `members:write` does so anywhere."""
    APPLICATIONS_REVIEW = "applications:review"
    """To take an application up and send it back; accepting makes members, and needs `members:write`."""
    CALENDAR_WRITE = "calendar:write"
    CONNECTIONS_APPLY = "connections:apply"
    """To apply for the connection of an institution or a security operations centre (R67.5)."""
    DOCUMENTS_AGREE = "documents:agree"
    """As the head of the unit, on what others of it made (R67.10 to R67.14)."""
    DOCUMENTS_OVERSEE = "documents:oversee"
    """As the sectoral centre: receive, return, close; take down a report by phone."""
    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_WRITE = "documents:write"
    FACTORS_ASK = "factors:ask"
    """To ask that another's lost second factor be reset; doing it needs `members:write`."""
    JOURNAL_READ = "journal:read"
    MEMBERS_READ = "members:read"
    MEMBERS_WRITE = "members:write"
    MODULES_WRITE = "modules:write"
    PROFILE_PROPOSE = "profile:propose"
    """To propose changes of the profile of one's own institution (R67.3.2)."""
    RECEIPTS_READ = "receipts:read"
    SIGNALS_READ = "signals:read"
    SYSTEM_ACCOUNTS_WRITE = "system-accounts:write"
    """To open and close accounts of one's own institution's programs, and give them tokens."""
    WEBHOOKS_WRITE = "webhooks:write"
    """To name an address of one's institution that is called when something happens with its documents."""


_READ: Final = frozenset({Right.DOCUMENTS_READ, Right.MEMBERS_READ, Right.RECEIPTS_READ, Right.SIGNALS_READ})

RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.AUDITOR: frozenset({Right.DOCUMENTS_READ, Right.JOURNAL_READ, Right.MEMBERS_READ, Right.RECEIPTS_READ}),
    Role.CENTRE_ANALYST: _READ
    | {
        Right.ACCOUNTS_APPLY,
        Right.APPLICATIONS_REVIEW,
        Right.CONNECTIONS_APPLY,
        Right.DOCUMENTS_OVERSEE,
        Right.DOCUMENTS_WRITE,
        Right.FACTORS_ASK,
    },
    Role.CENTRE_HEAD: _READ
    | {
        Right.ABSENCES_WRITE,
        Right.APPLICATIONS_REVIEW,
        Right.CALENDAR_WRITE,
        Right.DOCUMENTS_AGREE,
        Right.DOCUMENTS_OVERSEE,
        Right.FACTORS_ASK,
        Right.JOURNAL_READ,
        Right.MEMBERS_WRITE,
        Right.MODULES_WRITE,
    },
    Role.HEAD_OF_SECURITY: _READ
    | {
        Right.ABSENCES_WRITE,
        Right.ACCOUNTS_APPLY,
        Right.ACCOUNTS_BLOCK,
        Right.DOCUMENTS_AGREE,
        Right.FACTORS_ASK,
        Right.JOURNAL_READ,
        Right.PROFILE_PROPOSE,
        Right.SYSTEM_ACCOUNTS_WRITE,
        Right.WEBHOOKS_WRITE,
    },
    Role.RESPONSIBLE_EMPLOYEE: _READ | {Right.CONNECTIONS_APPLY, Right.DOCUMENTS_WRITE, Right.PROFILE_PROPOSE},
    Role.SYSTEM_ACCOUNT: _READ | {Right.DOCUMENTS_WRITE},
}

HEADS: Final = frozenset({Role.CENTRE_HEAD, Role.HEAD_OF_SECURITY})
"""Who agrees in their unit, and so must be stood in for while away."""

OBLIGATORY: Final = frozenset({Role.HEAD_OF_SECURITY, Role.RESPONSIBLE_EMPLOYEE})
"""Roles whose last holder leaves an institution unable to act (R67.3.1)."""

APART: Final = (
    frozenset({Role.HEAD_OF_SECURITY, Role.RESPONSIBLE_EMPLOYEE}),
    frozenset({Role.AUDITOR, Role.CENTRE_ANALYST, Role.CENTRE_HEAD}),
)
"""Sets of which one person holds one at most in the same organisation: who makes does not agree, and who audits does
neither (R48.15). PostgreSQL refuses it too."""


def meet(one: Role, other: Role) -> bool:
    """Whether two different roles may be held by one person in one organisation (R48.15)."""
    return not any({one, other} <= group for group in APART)


def rights_of(roles: frozenset[Role]) -> frozenset[Right]:
    """Everything these roles allow together. No role allows nothing."""
    return frozenset().union(*(RIGHTS[role] for role in roles))
