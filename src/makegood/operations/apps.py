"""The Django application of the room."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Pages, templates and words."""

    name = "makegood.operations"
    label = "operations"
