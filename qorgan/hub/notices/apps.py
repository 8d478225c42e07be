"""Django's name for this room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Who is told of what, and by which way."""

    name = "qorgan.hub.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
