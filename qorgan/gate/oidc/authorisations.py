"""From a request of an application to a code: asked, and granted to whoever signed in at the same browser."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qorgan.gate.journal.entry import Entry, Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.writing import write
from qorgan.gate.oidc import id_token, opaque
from qorgan.gate.oidc.asking import Asked
from qorgan.gate.oidc.lifecycle import ASKED_LIVES, CODE_LIVES, KEPT, STEPS, State, Verb, Why
from qorgan.gate.oidc.models import Assertion, Authorisation, Token
from qorgan.gate.oidc.registered import Registered
from qorgan.gate.oidc.standing import Session
from qorgan.gate.sealing import seal, unseal
from qorgan.kit.refusal import Refusal

FIELD: Final = "authorisation.asked"
CODE_PREFIX: Final = "qgc_"


def ask(application: Registered, asked: Asked, *, browser: bytes, now: datetime) -> UUID:
    """Keep a request until its person has signed in; gives its id. `browser` is the digest of the browser's secret."""
    row = Authorisation(application_id=application.id, browser_digest=browser, asked_at=now)
    row.asked_sealed = seal(msgspec.json.encode(asked).decode(), field=FIELD, row=row.pk)
    row.save(force_insert=True)
    return row.pk


def begun(authorisation: UUID, ceremony: UUID) -> None:
    """Note in which ceremony the person is being met."""
    Authorisation.objects.filter(pk=authorisation).update(ceremony=ceremony)


def waiting(authorisation: UUID, *, browser: bytes, now: datetime) -> tuple[Asked, UUID, datetime]:
    """What was asked, by which application and when, if it still waits at this browser. Raises Refusal otherwise.

    Another browser's, an answered one and one that never was are refused alike.
    """
    row = Authorisation.objects.filter(pk=authorisation, state=State.ASKED, browser_digest=browser).first()
    if row is None or now - row.asked_at > ASKED_LIVES:
        raise Refusal(
            "authorisation-unknown",
            _("This sign-in has ended or was begun in another browser. Go back to the application and begin anew."),
            status=HTTPStatus.GONE,
        )
    return asked_of(row), row.application_id, row.asked_at


@transaction.atomic
def grant(authorisation: UUID, application: Registered, session: Session, *, whence: Whence, now: datetime) -> str:
    """A code for whoever signed in. Raises Refusal when it was answered meanwhile."""
    row = _moved(authorisation, Verb.GRANT)
    code, digest = opaque.mint(CODE_PREFIX)
    sign_in = id_token.SignIn(
        subject=session.client_id,
        session=session.id,
        at=session.authenticated_at,
        acr=session.acr,
        amr=tuple(session.amr),
    )
    row.session, row.client = session.id, session.client_id
    row.signed_in = msgspec.to_builtins(sign_in)
    row.code_digest, row.code_expires_at = digest, now + CODE_LIVES
    row.save()
    journal(Event.TOKEN_ISSUED, row, application, whence=whence, now=now, kind="code")
    return code


@transaction.atomic
def refuse(authorisation: UUID) -> None:
    """End a request that was answered with an error. Raises Refusal when it was answered meanwhile."""
    _moved(authorisation, Verb.REFUSE).save(update_fields=["state"])


def end(row: Authorisation, application: Registered, why: Why, *, whence: Whence, now: datetime) -> None:
    """Revoke a locked authorisation and all its tokens, once; the journal has why."""
    to = STEPS.get((State(row.state), Verb.REVOKE))
    if to is None:
        return
    row.state, row.ended_at = to, now
    row.save(update_fields=["state", "ended_at"])
    Token.objects.filter(authorisation=row, revoked_at=None).update(revoked_at=now)
    journal(Event.TOKEN_REVOKED, row, application, whence=whence, now=now, reason=why)


def asked_of(row: Authorisation) -> Asked:
    """What was asked, opened."""
    return msgspec.json.decode(unseal(row.asked_sealed, field=FIELD, row=row.pk), type=Asked)


def sign_in_of(row: Authorisation) -> id_token.SignIn:
    """The sign-in that it was granted for."""
    return msgspec.convert(row.signed_in, id_token.SignIn)


def forget(now: datetime) -> int:
    """Delete what ended long ago, and soon what nobody answered; gives how many authorisations.

    What was told of them stays in the journal.
    """
    Assertion.objects.filter(expires_at__lt=now).delete()
    Token.objects.filter(expires_at__lt=now - KEPT).delete()
    live = Token.objects.filter(expires_at__gte=now - KEPT).values("authorisation_id")
    unanswered = Q(state__in=[State.ASKED, State.REFUSED], asked_at__lt=now - ASKED_LIVES)
    old = Authorisation.objects.filter(unanswered | Q(asked_at__lt=now - KEPT)).exclude(pk__in=live)
    return old.delete()[0]


def journal(
    event: Event,
    row: Authorisation,
    application: Registered,
    *,
    whence: Whence,
    now: datetime,
    reason: str = "",
    **detail: Any,
) -> None:
    """An entry about an authorisation, in the caller's transaction."""
    write(
        Entry(
            event=event,
            outcome="refused" if event is Event.TOKEN_REFUSED else "done",
            at=now,
            whence=whence,
            population=application.population.value,
            client=row.client,
            ceremony=row.ceremony,
            reason=reason,
            detail={
                "application": application.client_id,
                "authorisation": row.pk,
                "session": row.session,
                **detail,
            },
        )
    )


def _moved(authorisation: UUID, verb: Verb) -> Authorisation:
    row = Authorisation.objects.select_for_update().get(pk=authorisation)
    to = STEPS.get((State(row.state), verb))
    if to is None:
        raise Refusal(
            "authorisation-answered",
            _("This sign-in was answered already. Go back to the application."),
            status=HTTPStatus.CONFLICT,
        )
    row.state = to
    return row
