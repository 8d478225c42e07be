"""The hub's roles in PostgreSQL, and where each connects. No Django here."""

from __future__ import annotations

from typing import Final

from qorgan.hub.config import Config
from qorgan.kit.database.connection import Access, DatabaseRole

NOT_PREPARED: Final = (
    "the database is not prepared; run `qorgan hub migrate`, or give the role's URL in the configuration"
)
_MAY_NOT_MAKE: Final = (
    "the owner may not make roles; run deploy/postgres/roles.sql as a superuser, and give the roles' URLs in "
    "QORGAN_DATABASE_URL_WEB, _INTAKE, _READ and _CLERK"
)


class Role(DatabaseRole):
    """Roles in PostgreSQL. None but the owner owns anything, none may pass by row security."""

    OWNER = "owner"
    WEB = "web"
    INTAKE = "intake"
    READ = "read"
    CLERK = "clerk"
    """Enters acts into the ledger, counts clocks, tells people: what happens after a page has answered."""

    @property
    def login(self) -> str:
        """Its name in PostgreSQL."""
        return f"qorgan_{self.value}"


def access(config: Config) -> Access[Role]:
    """Who connects to this hub's database, and by what."""
    database = config.database
    given = {
        Role.OWNER: database.url,
        Role.WEB: database.url_web,
        Role.INTAKE: database.url_intake,
        Role.READ: database.url_read,
        Role.CLERK: database.url_clerk,
    }
    return Access(Role, Role.OWNER, config.state, given, NOT_PREPARED, _MAY_NOT_MAKE, "QORGAN_DATABASE_URL")


def role_url(config: Config, role: Role) -> str:
    """Where `role` connects. Raises DatabaseRefused when nobody has said."""
    return access(config).url(role)
