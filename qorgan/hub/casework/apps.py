"""Django's name for this room."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Documents and what is done with them."""

    name = "qorgan.hub.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Bring what is in force to whoever is connected, once all tables are known."""
        from qorgan.hub.casework.late import bring_in_force  # noqa: PLC0415 (models are not loaded before)
        from qorgan.hub.members.connecting import follow  # noqa: PLC0415

        follow(bring_in_force)
