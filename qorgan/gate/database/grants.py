"""Who may do what with which table: one list, applied after every migration.

What is not listed is refused, and a table that nobody listed stops the migration. Partitions are not listed: whoever
may use the parent uses them through it.
"""

from __future__ import annotations

from typing import Final

from qorgan.gate.database.connection import Role
from qorgan.kit.database.grants import Grants, Rights

_TAKES: Final[Rights] = ("SELECT", "INSERT")
_COLUMNS: Final = (
    "at, event, outcome, population, client, actor, ceremony, device, address, port, program, trace, factors, rule, "
    "edition, reason, before, after, detail"
)
_ENTERS: Final[Rights] = ("SELECT", f"INSERT ({_COLUMNS})")
"""Not the number of an entry, nor the transaction that wrote it."""

GRANTS: Final[dict[str, dict[Role, Rights]]] = {
    "api_caller": {Role.WEB: ("SELECT", "INSERT", "UPDATE (revoked_at)")},
    "application": {Role.WEB: ("SELECT", "INSERT", "UPDATE"), Role.CLERK: ("SELECT",)},
    "application_assertion": {Role.WEB: _TAKES, Role.CLERK: ("SELECT", "DELETE")},
    "attempts": {Role.WEB: ("SELECT", "INSERT", "UPDATE"), Role.CLERK: ("SELECT", "DELETE")},
    "authorisation": {
        Role.WEB: ("SELECT", "INSERT", "UPDATE"),
        Role.CLERK: ("SELECT", "UPDATE (told_at, tellings, tell_next_at)", "DELETE"),
    },
    "biometric_image": {
        Role.WEB: ("SELECT", "INSERT", "UPDATE (sealed, destroyed_at, destroyed_why)"),
        Role.CLERK: ("SELECT", "UPDATE (sealed, destroyed_at, destroyed_why)"),
        Role.READ: ("SELECT (id, report_id, sha256, destroy_on, destroyed_at, destroyed_why)",),
    },
    "biometric_image_access": {Role.WEB: _TAKES, Role.READ: ("SELECT",)},
    "biometric_report": {
        Role.WEB: _TAKES,
        Role.CLERK: ("SELECT",),
        Role.READ: ("SELECT (id, client_id, ceremony, provider, source, state, score, threshold, finished_at)",),
    },
    "ceremony": {Role.WEB: ("SELECT", "INSERT", "UPDATE", "DELETE"), Role.CLERK: ("SELECT", "UPDATE", "DELETE")},
    "client": {
        Role.WEB: ("SELECT", "INSERT", "UPDATE"),
        Role.CLERK: ("SELECT", "UPDATE (state, name_sealed, phone_sealed, phone_index)"),
        Role.READ: ("SELECT (id, population, state, test_numbers, created_at)",),
    },
    "device": {Role.WEB: ("SELECT", "INSERT", "UPDATE (name, seen_at, closed_at, closed_why)"), Role.READ: ("SELECT",)},
    "device_proof": {Role.WEB: _TAKES, Role.CLERK: ("SELECT", "DELETE")},
    "django_migrations": {Role.WEB: ("SELECT",)},
    "duty_of": {Role.WEB: ("SELECT", "INSERT", "UPDATE"), Role.READ: ("SELECT",)},
    "gate_archive": {Role.WEB: ("SELECT",), Role.CLERK: _TAKES, Role.READ: ("SELECT",)},
    "gate_disruption": {Role.CLERK: ("SELECT", "INSERT", "UPDATE (stands, until, told_at)"), Role.READ: ("SELECT",)},
    "gate_journal": {Role.WEB: _ENTERS, Role.CLERK: _ENTERS, Role.READ: ("SELECT",)},
    "gate_journal_epoch": {Role.WEB: ("SELECT",), Role.CLERK: _TAKES, Role.READ: ("SELECT",)},
    "gate_journal_head": {Role.CLERK: ("SELECT",), Role.READ: ("SELECT",)},
    "gate_journal_link": {Role.WEB: ("SELECT",), Role.CLERK: ("SELECT",), Role.READ: ("SELECT",)},
    "gate_journal_term": {Role.CLERK: ("SELECT",), Role.READ: ("SELECT",)},
    "gate_pulse": {Role.CLERK: ("SELECT", "INSERT", "UPDATE")},
    "notice": {
        Role.WEB: ("SELECT", "INSERT", "UPDATE (count)"),
        Role.CLERK: ("SELECT", "UPDATE (state, attempts, next_at, told_at, ended_at, error)"),
        Role.READ: ("SELECT (id, client_id, kind, entry, count, to_old, created_at, state, told_at, ended_at, error)",),
    },
    "notice_attempt": {Role.WEB: _TAKES, Role.CLERK: ("SELECT",), Role.READ: ("SELECT",)},
    "one_time_code": {Role.WEB: ("SELECT", "INSERT", "UPDATE (last_step, used_at)", "DELETE")},
    "passkey": {Role.WEB: ("SELECT", "INSERT", "UPDATE (counter, is_backed_up, used_at)", "DELETE")},
    "password": {Role.WEB: ("SELECT", "INSERT", "UPDATE (encoded, set_at, used_at)", "DELETE")},
    "phone_check": {Role.WEB: ("SELECT", "INSERT", "UPDATE (wrong, confirmed_at, unsent_at)")},
    "provider_outage": {
        Role.WEB: ("SELECT", "INSERT", "DELETE"),
        Role.CLERK: ("SELECT", "DELETE"),
        Role.READ: ("SELECT",),
    },
    "session": {
        Role.WEB: ("SELECT", "INSERT", "UPDATE (seen_at, ended_at, ended_why)"),
        Role.CLERK: ("SELECT", "DELETE"),
        Role.READ: (
            "SELECT (id, client_id, population, entry, rule, edition, began_at, ended_at, ended_why, concurrent)",
        ),
    },
    "signature_evidence": {Role.WEB: _TAKES},
    "signer": {Role.WEB: ("SELECT", "INSERT", "UPDATE (fingerprint, used_at)", "DELETE")},
    "signing_key": {Role.WEB: ("SELECT", "INSERT", "UPDATE (withdrawn_at)"), Role.CLERK: _TAKES},
    "token": {Role.WEB: ("SELECT", "INSERT", "UPDATE (spent_at, revoked_at)"), Role.CLERK: ("SELECT", "DELETE")},
}
"""In the order of the alphabet."""

LIST: Final = Grants(
    guests=(Role.WEB, Role.CLERK, Role.READ),
    tables=GRANTS,
    place="qorgan/gate/database/grants.py",
)
