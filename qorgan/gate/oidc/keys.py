"""The provider's signing keys: made, sealed, published ahead, rotated, withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import connection, transaction
from joserfc.jwk import ECKey

from qorgan.gate.journal.entry import Entry, Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.writing import write
from qorgan.gate.oidc import jose, keyring
from qorgan.gate.oidc.models import SigningKey
from qorgan.gate.sealing import seal, unseal

FIELD: Final = "signing_key.private"
_LOCK: Final = 0x0A1D0C
"""An advisory lock's number."""


def jwks(now: datetime) -> dict[str, Any]:
    """The public keys by which the gate's tokens are verified (RFC 7517 5)."""
    return {"keys": [key.public for key in keyring.published(SigningKey.objects.all(), now)]}


def every_jwks() -> dict[str, Any]:
    """All that ever signed and were not withdrawn: for an ID token that comes back as a hint long after."""
    return {"keys": [key.public for key in SigningKey.objects.filter(withdrawn_at=None)]}


def signing_key(now: datetime, whence: Whence) -> ECKey:
    """The key that signs. The first is made by whoever needs it first."""
    kept = keyring.signing(SigningKey.objects.all(), now) or _first(now, whence)
    return jose.key_of(msgspec.json.decode(unseal(kept.private_sealed, field=FIELD, row=kept.pk)))


@transaction.atomic
def rotate(*, now: datetime, whence: Whence, withdraw: bool = False) -> str:
    """Make another key, published now and signing from `keyring.AHEAD` on; gives its id.

    `withdraw` lets it sign now and gives up all older ones: for when one was stolen.
    """
    _one_at_a_time()
    older = _older()
    return _make(older, now if withdraw or not older else now + keyring.AHEAD, now, whence, withdraw=withdraw).kid


@transaction.atomic
def rotate_if_due(every: timedelta, *, now: datetime, whence: Whence) -> str | None:
    """Rotate when the youngest key has signed for so long; gives the new key's id, if one was made."""
    _one_at_a_time()
    older = _older()
    if not keyring.is_due(older, now, every):
        return None
    return _make(older, now + keyring.AHEAD if older else now, now, whence).kid


@transaction.atomic
def _first(now: datetime, whence: Whence) -> SigningKey:
    _one_at_a_time()
    return keyring.signing(_older(), now) or _make([], now, now, whence)


def _make(
    older: list[SigningKey], signs_from: datetime, now: datetime, whence: Whence, *, withdraw: bool = False
) -> SigningKey:
    key = jose.new_key()
    made = SigningKey.objects.create(
        kid=str(key.kid),
        public=jose.public_of(key),
        private_sealed=seal(msgspec.json.encode(jose.private_of(key)).decode(), field=FIELD, row=str(key.kid)),
        created_at=now,
        signs_from=signs_from,
    )
    if withdraw:
        SigningKey.objects.filter(pk__in=[one.pk for one in older]).update(withdrawn_at=now)
    write(
        Entry(
            event=Event.KEY_ROTATED,
            outcome="done",
            at=now,
            whence=whence,
            before={"kids": [one.kid for one in older]},
            after={"kid": made.kid, "signs_from": signs_from.isoformat(), "withdrawn": withdraw},
            detail={"use": "id-token"},
        )
    )
    return made


def _older() -> list[SigningKey]:
    return list(SigningKey.objects.filter(withdrawn_at=None).order_by("signs_from"))


def _one_at_a_time() -> None:
    """Until the transaction ends: two that rotate at once would make two keys."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
