"""The Django application of the room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Support cases and callbacks."""

    name = "makegood.cases"
    label = "cases"
