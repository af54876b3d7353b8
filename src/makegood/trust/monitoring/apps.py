"""The Django application of monitoring."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """See the package."""

    name = "makegood.trust.monitoring"
    label = "monitoring"
