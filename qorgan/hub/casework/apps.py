"""Django's name for this room."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Documents and what is done with them."""

    name = "qorgan.hub.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"
