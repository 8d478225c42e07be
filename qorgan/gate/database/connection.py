"""The gate's roles in PostgreSQL, and where each connects. No Django here."""

from __future__ import annotations

from typing import Final

from qorgan.gate.config import Config
from qorgan.kit.database.connection import Access, DatabaseRole

_NOT_PREPARED: Final = (
    "the database is not prepared; run `qorgan gate migrate`, or give the role's URL in the configuration"
)
_MAY_NOT_MAKE: Final = (
    "the owner may not make roles; run deploy/postgres/gate-roles.sql as a superuser, and give the roles' URLs in "
    "QORGAN_GATE_DATABASE_URL_WEB, _CLERK and _READ"
)


class Role(DatabaseRole):
    """Roles in PostgreSQL. None but the owner owns anything."""

    OWNER = "owner"
    WEB = "web"
    """Pages, the interface of applications, ceremonies."""
    CLERK = "clerk"
    """Delivers notices, signs the journal's epochs, archives, forgets what has ended."""
    READ = "read"
    """Searches and inspects the journal, and changes nothing."""

    @property
    def login(self) -> str:
        """Its name in PostgreSQL."""
        return f"gate_{self.value}"


def access(config: Config) -> Access[Role]:
    """Who connects to this gate's database, and by what."""
    database = config.database
    given = {
        Role.OWNER: database.url,
        Role.WEB: database.url_web,
        Role.CLERK: database.url_clerk,
        Role.READ: database.url_read,
    }
    return Access(Role, Role.OWNER, config.state, given, _NOT_PREPARED, _MAY_NOT_MAKE, "QORGAN_GATE_DATABASE_URL")


def role_url(config: Config, role: Role) -> str:
    """Where `role` connects. Raises DatabaseRefused when nobody has said."""
    return access(config).url(role)
