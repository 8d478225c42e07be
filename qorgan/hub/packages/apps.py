"""Django's name for this room."""

from django.apps import AppConfig


class PackagesConfig(AppConfig):
    """Holds what packages brought."""

    name = "qorgan.hub.packages"
    label = "packages"
