"""The Django application of the waiting room."""

from django.apps import AppConfig


class WaitingConfig(AppConfig):
    """See the package."""

    name = "makegood.portal.waiting"
    label = "waiting"
