"""The Django application of the room."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Customers' pages, their words, and the waiting room."""

    name = "makegood.portal"
    label = "portal"
