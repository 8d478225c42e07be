"""Roles of a certificate's holder. The table is `roles.toml`, which says its sources."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Role(StrEnum):
    """What the authority vouched for when it issued the certificate."""

    INDIVIDUAL = "individual"
    INDIVIDUAL_SYSTEM = "individual_system"
    ENTITY = "entity"
    HEAD = "head"
    MAY_SIGN = "may_sign"
    MAY_SIGN_FINANCIAL = "may_sign_financial"
    PERSONNEL = "personnel"
    EMPLOYEE = "employee"
    ENTITY_SYSTEM = "entity_system"
    AUTHORITY_STAFF = "authority_staff"
    IDENTIFIED_IN_PERSON = "identified_in_person"
    IDENTIFIED_REMOTELY = "identified_remotely"
    TREASURY_CLIENT = "treasury_client"


_SYSTEMS = "1.2.398.3.3.4.1.2.6."
"""Each system of a legal entity may have an identifier of its own below this."""


@cache
def _table() -> dict[str, Role]:
    """Roles by identifier."""
    known = tomllib.loads(files("qorgan.eds").joinpath("roles.toml").read_text("utf-8"))
    return {oid: Role(code) for code, row in known.items() for oid in row["oids"]}


@cache
def oid_of(role: Role) -> str:
    """The first identifier of a role, which certificates of our own making carry."""
    return next(oid for oid, known in _table().items() if known is role)


def roles_of(purposes: Collection[str]) -> tuple[Role, ...]:
    """The roles among the identifiers of an extended key usage, in the order of Role; unknown ones are no role."""
    found = {_table()[oid] for oid in purposes if oid in _table()}
    if any(oid.startswith(_SYSTEMS) for oid in purposes):
        found.add(Role.ENTITY_SYSTEM)
    return tuple(role for role in Role if role in found)
