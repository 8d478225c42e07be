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


CENTRE_ROLES: Final = frozenset({Role.CENTRE_ANALYST, Role.CENTRE_HEAD, Role.AUDITOR})
"""Roles that only people of the authority hold; the others belong to the institutions."""


class Right(StrEnum):
    """Everything that is allowed by name. Keep the list alphabetical."""

    CALENDAR_WRITE = "calendar:write"
    DOCUMENTS_AGREE = "documents:agree"
    """As the head of the unit, on what others of it made (R67.10 to R67.14)."""
    DOCUMENTS_OVERSEE = "documents:oversee"
    """As the sectoral centre: receive, return, close; take down a report by phone."""
    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_WRITE = "documents:write"
    JOURNAL_READ = "journal:read"
    MEMBERS_READ = "members:read"
    MEMBERS_WRITE = "members:write"
    MODULES_WRITE = "modules:write"
    RECEIPTS_READ = "receipts:read"
    SIGNALS_READ = "signals:read"


_READ: Final = frozenset({Right.DOCUMENTS_READ, Right.MEMBERS_READ, Right.RECEIPTS_READ, Right.SIGNALS_READ})

RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.AUDITOR: frozenset({Right.DOCUMENTS_READ, Right.JOURNAL_READ, Right.MEMBERS_READ, Right.RECEIPTS_READ}),
    Role.CENTRE_ANALYST: _READ | {Right.DOCUMENTS_OVERSEE, Right.DOCUMENTS_WRITE},
    Role.CENTRE_HEAD: _READ
    | {
        Right.CALENDAR_WRITE,
        Right.DOCUMENTS_AGREE,
        Right.DOCUMENTS_OVERSEE,
        Right.JOURNAL_READ,
        Right.MEMBERS_WRITE,
        Right.MODULES_WRITE,
    },
    Role.HEAD_OF_SECURITY: _READ | {Right.DOCUMENTS_AGREE, Right.JOURNAL_READ},
    Role.RESPONSIBLE_EMPLOYEE: _READ | {Right.DOCUMENTS_WRITE},
}


def rights_of(roles: frozenset[Role]) -> frozenset[Right]:
    """Everything these roles allow together. No role allows nothing."""
    return frozenset().union(*(RIGHTS[role] for role in roles))
