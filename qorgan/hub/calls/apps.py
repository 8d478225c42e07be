"""Django's name for this room."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """Makes its kinds of documents known."""

    name = "qorgan.hub.calls"
    label = "calls"
