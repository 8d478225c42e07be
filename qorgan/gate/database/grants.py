"""Who may do what with which table: one list, applied after every migration.

What is not listed is refused, and a table that nobody listed stops the migration. Partitions are not listed: whoever
may use the parent uses them through it.
"""

from __future__ import annotations

from typing import Final

from qorgan.gate.database.connection import Role
from qorgan.kit.database.grants import Grants, Rights

_TAKES: Final[Rights] = ("SELECT", "INSERT")

GRANTS: Final[dict[str, dict[Role, Rights]]] = {
    "device": {Role.WEB: ("SELECT", "INSERT", "UPDATE (name, seen_at, closed_at, closed_why)"), Role.READ: ("SELECT",)},
    "device_proof": {Role.WEB: _TAKES, Role.CLERK: ("SELECT", "DELETE")},
    "django_migrations": {Role.WEB: ("SELECT",)},
    "one_time_code": {Role.WEB: ("SELECT", "INSERT", "UPDATE (last_step, used_at)", "DELETE")},
    "passkey": {Role.WEB: ("SELECT", "INSERT", "UPDATE (counter, is_backed_up, used_at)", "DELETE")},
    "password": {Role.WEB: ("SELECT", "INSERT", "UPDATE (encoded, set_at, used_at)", "DELETE")},
    "signature_evidence": {Role.WEB: _TAKES},
    "signer": {Role.WEB: ("SELECT", "INSERT", "UPDATE (fingerprint, used_at)", "DELETE")},
}
"""In the order of the alphabet."""

LIST: Final = Grants(
    guests=(Role.WEB, Role.CLERK, Role.READ),
    tables=GRANTS,
    place="qorgan/gate/database/grants.py",
)
