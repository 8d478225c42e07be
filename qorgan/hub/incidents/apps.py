"""Django's name for this room."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Makes its kinds of documents known."""

    name = "qorgan.hub.incidents"
    label = "incidents"
