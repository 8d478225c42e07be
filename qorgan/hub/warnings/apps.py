"""Django's name for this room."""

from django.apps import AppConfig


class WarningsConfig(AppConfig):
    """Makes its kinds of documents known."""

    name = "qorgan.hub.warnings"
    label = "warnings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kinds, once all tables are known."""
        from qorgan.hub.casework.kinds import register  # noqa: PLC0415 (models are not loaded before)
        from qorgan.hub.warnings.kinds import THREAT_WARNING, VULNERABILITY_WARNING  # noqa: PLC0415

        register(THREAT_WARNING)
        register(VULNERABILITY_WARNING)
