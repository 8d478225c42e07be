"""The register of applications: added, changed, given another secret, removed; each act with its journal entry."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from qorgan.gate.journal.entry import Entry, Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.writing import write
from qorgan.gate.oidc import opaque
from qorgan.gate.oidc.models import Application
from qorgan.gate.oidc.redirects import AddressRefused, Fault, check_redirect, check_web
from qorgan.gate.oidc.registered import Authentication, Kind, Registered
from qorgan.gate.oidc.scopes import Scope
from qorgan.kit.refusal import Refusal, Sentence
from qorgan.law.factors import Population

SECRET_PREFIX: Final = "qgs_"  # noqa: S105 (what makes a leaked secret known for what it is)
_CLIENT_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{2,59}")
_WAYS: Final[Mapping[Kind, frozenset[Authentication]]] = {
    Kind.BROWSER: frozenset({Authentication.NONE}),
    Kind.NATIVE: frozenset({Authentication.NONE}),
    Kind.RESOURCE_SERVER: frozenset({Authentication.SECRET_BASIC, Authentication.PRIVATE_KEY_JWT}),
    Kind.WEB: frozenset({Authentication.SECRET_BASIC, Authentication.PRIVATE_KEY_JWT}),
}
"""Who cannot keep a secret has none, and who can has one."""
_FAULTS: Final[Mapping[Fault, Sentence]] = {
    Fault.CHARACTERS: _("The address %(address)s holds spaces, stars or letters beyond ASCII, or is too long."),
    Fault.CLEAR: _("The address %(address)s is plain http, which is for this machine alone: write https://."),
    Fault.FRAGMENT: _("The address %(address)s carries a fragment, which never reaches a server."),
    Fault.NAMED: _("The address %(address)s carries a name or a password."),
    Fault.SCHEME: _("The address %(address)s does not begin with https://."),
    Fault.UNREADABLE: _("The address %(address)s cannot be read."),
}
_MOST_ADDRESSES: Final = 20
_SHORTEST_RSA: Final = 342
"""Characters of base64url in which 2048 bits are written."""
_LONGEST_NAME: Final = 100


class Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What whoever registers an application says of it."""

    client_id: str
    name: str
    kind: Kind
    population: Population
    authentication: Authentication
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    back_channel_logout_uri: str = ""
    scopes: tuple[Scope, ...] = (Scope.OPENID,)
    jwks: dict[str, Any] = msgspec.field(default_factory=dict)


def registered(client_id: str) -> Registered | None:
    """The application of this public name, if it is registered; unknown and removed ones are told apart by nobody."""
    if not _CLIENT_ID.fullmatch(client_id):
        return None
    row = Application.objects.filter(client_id=client_id, removed_at=None).first()
    return _as_data(row) if row else None


def by_id(application: UUID) -> Registered | None:
    """The application, unless it was removed."""
    row = Application.objects.filter(pk=application, removed_at=None).first()
    return _as_data(row) if row else None


def listed() -> list[Registered]:
    """Every registered application, by name."""
    return [_as_data(row) for row in Application.objects.filter(removed_at=None).order_by("client_id")]


@transaction.atomic
def add(described: Described, *, by: UUID | None, whence: Whence, now: datetime) -> tuple[Registered, str]:
    """Register an application; gives it and its secret, which is shown this once, or nothing. Raises Refusal."""
    _check(described)
    secret, digest = _secret(described.authentication)
    try:
        with transaction.atomic():
            row = Application.objects.create(**_columns(described), secret_digest=digest, created_at=now)
    except IntegrityError:
        raise _refused("client_id", _("An application of this name was registered before.")) from None
    _journal(Event.APPLICATION_REGISTERED, row, by=by, whence=whence, now=now, after=_shown(row))
    return _as_data(row), secret


@transaction.atomic
def change(described: Described, *, by: UUID | None, whence: Whence, now: datetime) -> Registered:
    """Describe a registered application anew; its secret stays. Raises Refusal."""
    _check(described)
    row = _locked(described.client_id)
    before = _shown(row)
    if described.authentication is not Authentication(row.authentication):
        raise _refused("authentication", _("Remove the application and register it anew to let it prove itself so."))
    for name, value in _columns(described).items():
        setattr(row, name, value)
    row.save()
    _journal(Event.APPLICATION_CHANGED, row, by=by, whence=whence, now=now, before=before, after=_shown(row))
    return _as_data(row)


@transaction.atomic
def renew_secret(client_id: str, *, by: UUID | None, whence: Whence, now: datetime) -> str:
    """Give an application another secret; the old one ends at once. Raises Refusal."""
    row = _locked(client_id)
    secret, digest = _secret(Authentication(row.authentication))
    if not secret:
        raise _refused("client_id", _("This application has no secret."))
    row.secret_digest = digest
    row.save(update_fields=["secret_digest"])
    _journal(Event.APPLICATION_CHANGED, row, by=by, whence=whence, now=now, after={"secret": "renewed"})
    return secret


@transaction.atomic
def remove(client_id: str, *, by: UUID | None, whence: Whence, now: datetime) -> None:
    """Let an application in no more: its codes and tokens mean nothing from this moment. Raises Refusal."""
    row = _locked(client_id)
    row.removed_at = now
    row.save(update_fields=["removed_at"])
    _journal(Event.APPLICATION_REMOVED, row, by=by, whence=whence, now=now, before=_shown(row))


def _check(described: Described) -> None:
    if not _CLIENT_ID.fullmatch(described.client_id):
        raise _refused("client_id", _("Write 3 to 60 small Latin letters, digits and hyphens."))
    if not described.name.strip() or len(described.name) > _LONGEST_NAME:
        raise _refused("name", _("Write the application's name."))
    if described.authentication not in _WAYS[described.kind]:
        raise _refused("authentication", _("An application of this kind cannot prove itself so."))
    _check_addresses(described)
    if (described.authentication is Authentication.PRIVATE_KEY_JWT) != bool(described.jwks):
        raise _refused("jwks", _("A public key belongs to an application that signs, and to no other."))
    if described.jwks:
        _check_keys(described.jwks)


def _check_addresses(described: Described) -> None:
    native = described.kind is Kind.NATIVE
    is_service = described.kind is Kind.RESOURCE_SERVER
    if is_service == bool(described.redirect_uris):
        raise _refused("redirect_uris", _("People are sent back to an application, and never to a service."))
    if len(described.redirect_uris) + len(described.post_logout_redirect_uris) > _MOST_ADDRESSES:
        raise _refused("redirect_uris", _("These are too many addresses."))
    for field, addresses in (
        ("redirect_uris", described.redirect_uris),
        ("post_logout_redirect_uris", described.post_logout_redirect_uris),
    ):
        for address in addresses:
            _check_address(field, address, native=native)
    if described.back_channel_logout_uri:
        _check_address("back_channel_logout_uri", described.back_channel_logout_uri, native=None)


def _check_address(field: str, address: str, *, native: bool | None) -> None:
    try:
        if native is None:
            check_web(address)
        else:
            check_redirect(address, native=native)
    except AddressRefused as refused:
        raise _refused(field, str(_FAULTS[refused.fault]) % {"address": address[:100]}) from None


def _check_keys(jwks: Mapping[str, Any]) -> None:
    """Public keys of asymmetric algorithms alone."""
    words = _("Give a set of public keys: EC P-256, Ed25519 or RSA of at least 2048 bits.")
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not keys:
        raise _refused("jwks", words)
    if not all(isinstance(kept, dict) and _may_sign(kept) for kept in keys):
        raise _refused("jwks", words)


def _may_sign(kept: Mapping[str, Any]) -> bool:
    """Whether this is a public key that is strong enough, and nothing private of it was sent."""
    strong = {
        "EC": kept.get("crv") == "P-256",
        "OKP": kept.get("crv") == "Ed25519",
        "RSA": len(str(kept.get("n", ""))) >= _SHORTEST_RSA,
    }
    if not strong.get(str(kept.get("kty")), False):
        return False
    try:
        return not import_key(dict(kept)).is_private
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return False


def _secret(authentication: Authentication) -> tuple[str, bytes]:
    return opaque.mint(SECRET_PREFIX) if authentication is Authentication.SECRET_BASIC else ("", b"")


def _locked(client_id: str) -> Application:
    row = Application.objects.select_for_update().filter(client_id=client_id, removed_at=None).first()
    if row is None:
        raise Refusal("application-unknown", _("There is no such application."), status=HTTPStatus.NOT_FOUND)
    return row


def _columns(described: Described) -> dict[str, Any]:
    columns: dict[str, Any] = msgspec.to_builtins(described)
    return columns | {"scopes": sorted({Scope.OPENID.value, *columns["scopes"]})}


def _as_data(row: Application) -> Registered:
    return Registered(
        id=row.pk,
        client_id=row.client_id,
        name=row.name,
        kind=Kind(row.kind),
        population=Population(row.population),
        authentication=Authentication(row.authentication),
        redirect_uris=tuple(row.redirect_uris),
        post_logout_redirect_uris=tuple(row.post_logout_redirect_uris),
        back_channel_logout_uri=row.back_channel_logout_uri,
        scopes=_scopes(row.scopes),
        secret_digest=bytes(row.secret_digest),
        jwks=row.jwks,
    )


def _scopes(kept: Collection[str]) -> frozenset[Scope]:
    return frozenset(Scope(one) for one in kept)


def _shown(row: Application) -> dict[str, Any]:
    """What the journal keeps of it: all but secrets."""
    names = ("name", "kind", "population", "authentication", "scopes", "back_channel_logout_uri")
    addresses = {name: list(getattr(row, name)) for name in ("redirect_uris", "post_logout_redirect_uris")}
    return {name: getattr(row, name) for name in names} | addresses | {"keys": len(row.jwks.get("keys", []))}


def _journal(
    event: Event,
    row: Application,
    *,
    by: UUID | None,
    whence: Whence,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    write(
        Entry(
            event=event,
            outcome="done",
            at=now,
            whence=whence,
            population=row.population,
            by=by,
            before=before,
            after=after,
            detail={"application": row.client_id},
        )
    )


def _refused(field: str, words: Any) -> Refusal:
    return Refusal("application-refused", words, status=HTTPStatus.UNPROCESSABLE_ENTITY, field=field)
