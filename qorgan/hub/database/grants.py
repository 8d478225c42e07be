"""Who may do what with which table: one list, applied after every migration.

What is not listed is refused, and a table that nobody listed stops the migration.
"""

from __future__ import annotations

from typing import Final

from qorgan.hub.database.connection import Role
from qorgan.kit.database.grants import Grants

_READ: Final[dict[Role, tuple[str, ...]]] = {Role.WEB: ("SELECT",), Role.READ: ("SELECT",)}
_ALL: Final[dict[Role, tuple[str, ...]]] = {Role.WEB: ("SELECT", "INSERT", "UPDATE", "DELETE")}

_CLERK: Final[dict[Role, tuple[str, ...]]] = {Role.READ: ("SELECT",), Role.CLERK: ("SELECT",)}
_TAKES: Final[tuple[str, ...]] = ("SELECT", "INSERT")

GRANTS: Final[dict[str, dict[Role, tuple[str, ...]]]] = {
    "absence": {Role.WEB: ("SELECT", "INSERT", "UPDATE (revoked_at, revoked_by_id)"), Role.CLERK: ("SELECT",)},
    "act_told": {Role.CLERK: _TAKES},
    "application": {
        Role.WEB: ("SELECT", "INSERT", "UPDATE"),
        # Whose it is, and never a word of it.
        Role.CLERK: ("SELECT (id, kind, organisation_id, authors)",),
    },
    "api_token": {Role.WEB: ("SELECT", "INSERT", "UPDATE (used_at, revoked_at)")},
    "batch": {**_READ, Role.INTAKE: ("SELECT", "INSERT")},
    "calendar_edition": {**_CLERK, Role.WEB: _TAKES},
    "deadline_told": {Role.CLERK: _TAKES},
    "entry_told": {Role.CLERK: _TAKES},
    "delivery": {
        Role.WEB: ("SELECT", "UPDATE (state, attempts, next_at)"),
        Role.CLERK: ("SELECT", "INSERT", "UPDATE (state, attempts, next_at, error, done_at)"),
    },
    "document": {**_CLERK, Role.WEB: ("SELECT", "INSERT", "UPDATE")},
    "document_act": {**_CLERK, Role.WEB: _TAKES},
    "document_act_receipt": {**_READ, Role.CLERK: _TAKES},
    "document_attachment": {
        **_CLERK,
        Role.WEB: ("SELECT", "INSERT", "UPDATE (removed_at, sent_at)"),
    },
    "document_comment": {**_CLERK, Role.WEB: _TAKES},
    "document_concern": {Role.WEB: ("SELECT", "INSERT", "UPDATE (matches, sent_at)", "DELETE")},
    "document_deadline": {
        **_CLERK,
        Role.WEB: ("SELECT", "INSERT", "UPDATE (due_at, calendar, stopped_at)"),
    },
    "document_deadline_move": {**_CLERK, Role.WEB: _TAKES},
    "document_draft": {
        Role.WEB: ("SELECT", "INSERT", "UPDATE"),
        # Whose turn it is, and never a word of it.
        Role.CLERK: ("SELECT (document_id, author_id, state)",),
    },
    "document_reception": {**_CLERK, Role.WEB: ("SELECT", "INSERT", "UPDATE")},
    "document_signature": {
        Role.WEB: _TAKES,
        # What the audit holds against the ledger.
        Role.READ: ("SELECT (id, act_id, digest, at, cms, signer)",),
    },
    "document_version": {**_CLERK, Role.WEB: _TAKES},
    "enrolment_code": {
        Role.WEB: ("SELECT", "INSERT", "UPDATE (expires_at)"),
        Role.INTAKE: ("SELECT", "UPDATE (used_at)"),
    },
    "factor_reset": {Role.WEB: ("SELECT", "INSERT", "UPDATE (done_by_id, done_at, declined)")},
    "hub_journal": {
        Role.WEB: ("SELECT", "INSERT"),
        Role.READ: ("SELECT",),
        Role.INTAKE: ("INSERT",),
        Role.CLERK: ("SELECT",),
    },
    "hub_journal_chain": {Role.READ: ("SELECT",), Role.INTAKE: ("SELECT",)},
    "incident_link": {Role.WEB: ("SELECT", "INSERT", "DELETE")},
    "invitation": {Role.WEB: ("SELECT", "INSERT", "UPDATE (expires_at, used_at)")},
    "ledger_checkpoint": {**_READ, Role.INTAKE: _TAKES, Role.CLERK: _TAKES},
    "ledger_entry": {**_READ, Role.INTAKE: _TAKES, Role.CLERK: _TAKES},
    "ledger_epoch": {**_READ, Role.INTAKE: _TAKES, Role.CLERK: ("SELECT",)},
    "ledger_hash": {**_READ, Role.INTAKE: _TAKES, Role.CLERK: _TAKES},
    "ledger_state": {**_READ, Role.INTAKE: ("SELECT", "UPDATE"), Role.CLERK: ("SELECT", "UPDATE")},
    "membership": {Role.WEB: ("SELECT", "INSERT", "DELETE"), Role.CLERK: ("SELECT",)},
    "module": {
        Role.WEB: ("SELECT", "INSERT", "UPDATE (name, state, revoked_at)"),
        Role.READ: ("SELECT",),
        Role.INTAKE: (
            "SELECT",
            "UPDATE (state, enrolled_at, version, last_seen_at, high_water, status)",
        ),
    },
    "module_key": {Role.WEB: ("SELECT", "UPDATE (state)"), Role.INTAKE: ("SELECT", "INSERT", "UPDATE (state)")},
    "notice": {Role.WEB: ("SELECT", "UPDATE (seen_at)"), Role.CLERK: _TAKES},
    "organisation": {
        Role.WEB: ("SELECT", "INSERT", "UPDATE"),
        Role.READ: ("SELECT",),
        Role.INTAKE: ("SELECT (id, bin, kind, name_kk, name_ru, name_en, state)",),
        Role.CLERK: ("SELECT",),
    },
    "package": {**_CLERK, Role.WEB: _TAKES},
    "person": {
        Role.WEB: ("SELECT", "INSERT", "UPDATE"),
        Role.CLERK: ("SELECT (id, email, full_name, is_active)",),
    },
    "portal_preference": {**_ALL, Role.CLERK: ("SELECT",)},
    "signal": _READ,
    "signal_hash": _READ,
    "signal_rule": {**_READ, Role.INTAKE: ("SELECT", "INSERT")},
    "signal_rule_seen": {**_READ, Role.INTAKE: ("INSERT",)},
    "signal_tally": {**_READ, Role.INTAKE: ("INSERT",)},
    "webhook": {Role.WEB: ("SELECT", "INSERT", "UPDATE (removed_at, secret)"), Role.CLERK: ("SELECT",)},
    "django_migrations": {Role.WEB: ("SELECT",)},
}
"""Tables of the domain. Partitions of `signal` and `signal_hash` are not here: they are granted to intake, for
inserting, as they are made."""

FRAMEWORK: Final = (
    "account_",
    "auth_",
    "django_",
    "mfa_",
    "person_",
    "portal_",
    "socialaccount_",
    "usersessions_",
)
"""Tables of Django, of sign-in and of the portal's own state: no organisation's data is in them."""

LIST: Final = Grants(
    guests=(Role.WEB, Role.INTAKE, Role.READ, Role.CLERK),
    tables=GRANTS,
    place="qorgan/hub/database/grants.py",
    framework=FRAMEWORK,
    framework_rights=_ALL,
)
