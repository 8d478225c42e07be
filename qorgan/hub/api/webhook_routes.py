"""The table of routes: addresses that are called, and what could not be delivered."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from qorgan.hub.api import given_members as given
from qorgan.hub.api import taken, webhooks
from qorgan.hub.api.route import Route

WEBHOOKS: Final = (
    Route(name="webhooks", method="GET", path="webhooks", does=webhooks.index, gives=list[given.WebhookShown]),
    Route(
        name="name-webhook",
        method="POST",
        path="webhooks",
        does=webhooks.register,
        takes=taken.NewWebhook,
        gives=given.WebhookMade,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="remove-webhook",
        method="DELETE",
        path="webhooks/<uuid:id>",
        does=webhooks.remove,
        gives=list[given.WebhookShown],
    ),
    Route(
        name="rotate-webhook",
        method="POST",
        path="webhooks/<uuid:id>/secret",
        does=webhooks.rotate,
        takes=taken.Nothing,
        gives=given.WebhookMade,
    ),
    Route(name="undelivered", method="GET", path="undelivered", does=webhooks.dead, gives=list[given.DeliveryShown]),
    Route(
        name="deliver-again",
        method="POST",
        path="undelivered/<uuid:id>/again",
        does=webhooks.again,
        takes=taken.Nothing,
        gives=list[given.DeliveryShown],
    ),
)
