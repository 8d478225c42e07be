"""Django's name for this room."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """Situation, statistics, exports, calendar."""

    name = "qorgan.hub.statistics"
    label = "statistics"
