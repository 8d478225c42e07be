"""Django's name for this room."""

from django.apps import AppConfig


class IsmsConfig(AppConfig):
    """Makes its kind of document known."""

    name = "qorgan.hub.isms"
    label = "isms"

    def ready(self) -> None:
        """Register the kind, once all tables are known."""
        from qorgan.hub.casework.kinds import register  # noqa: PLC0415 (models are not loaded before)
        from qorgan.hub.isms.content import ISMS_REPORT  # noqa: PLC0415

        register(ISMS_REPORT)
