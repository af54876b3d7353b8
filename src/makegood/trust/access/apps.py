"""The Django application of access."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the package."""

    name = "makegood.trust.access"
    label = "access"
