"""Django's name for this room."""

from django.apps import AppConfig


class WarningsConfig(AppConfig):
    """Makes its kinds of documents known."""

    name = "qorgan.hub.warnings"
    label = "warnings"
