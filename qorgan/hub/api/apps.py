"""Django's name for this room."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Tokens and routes."""

    name = "qorgan.hub.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
