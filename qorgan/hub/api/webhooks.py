"""Routes of an institution's addresses that are called, and of what could not be delivered."""

from __future__ import annotations

from http import HTTPStatus

from qorgan.hub.api import given_members as given
from qorgan.hub.api import taken
from qorgan.hub.api.call import Answer, Call
from qorgan.hub.members.access import require
from qorgan.hub.members.roles import Right
from qorgan.hub.notices import delivering, webhooks
from qorgan.hub.notices.models import Delivery, Webhook


def index(call: Call) -> Answer:
    """The addresses in use that the caller may see, without their secrets."""
    require(call.scope, Right.DOCUMENTS_READ)
    return Answer([_shown(one) for one in webhooks.listed(call.scope)])


def register(call: Call) -> Answer:
    """Name an address. Its secret is in this answer and in no other."""
    asked: taken.NewWebhook = call.body
    made, secret = webhooks.register(asked.organisation, asked.address, by=call.scope, now=call.now)
    return Answer(_with_secret(made, secret), HTTPStatus.CREATED)


def rotate(call: Call) -> Answer:
    """A new secret in place of the old one, which signs no call from now on."""
    made, secret = webhooks.rotate(call.id, by=call.scope, now=call.now)
    return Answer(_with_secret(made, secret))


def remove(call: Call) -> Answer:
    """Call an address no more. Gives those that are left."""
    webhooks.remove(call.id, by=call.scope, now=call.now)
    return index(call)


def dead(call: Call) -> Answer:
    """Calls of the caller's institutions that were tried as often as they are tried; for the centre also mails."""
    require(call.scope, Right.DOCUMENTS_READ)
    return Answer([_delivery(one) for one in delivering.dead(call.scope)])


def again(call: Call) -> Answer:
    """Let a dead one try from the beginning. Gives those that are left."""
    require(call.scope, Right.DOCUMENTS_READ)
    delivering.send_again(call.id, by=call.scope, now=call.now)
    return dead(call)


def _shown(one: Webhook) -> given.WebhookShown:
    return given.WebhookShown(id=one.pk, organisation=one.organisation_id, address=one.address, made_at=one.made_at)


def _with_secret(one: Webhook, secret: str) -> given.WebhookMade:
    return given.WebhookMade(
        id=one.pk, organisation=one.organisation_id, address=one.address, made_at=one.made_at, secret=secret
    )


def _delivery(one: Delivery) -> given.DeliveryShown:
    return given.DeliveryShown(
        id=one.pk,
        way=one.way,
        webhook=one.webhook_id,
        what=one.what,
        attempts=one.attempts,
        error=one.error,
        created_at=one.created_at,
    )
