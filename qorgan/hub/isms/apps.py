"""Django's name for this room."""

from django.apps import AppConfig


class IsmsConfig(AppConfig):
    """Makes its kinds of documents known."""

    name = "qorgan.hub.isms"
    label = "isms"
