"""Django's name for this room."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """Makes its kinds of documents known."""

    name = "qorgan.hub.calls"
    label = "calls"

    def ready(self) -> None:
        """Register the report by phone."""
        # Imported once the apps are there, for kinds of documents name models.
        from qorgan.hub.calls.kind import PHONE_REPORT  # noqa: PLC0415
        from qorgan.hub.casework.kinds import register  # noqa: PLC0415

        register(PHONE_REPORT)
