"""The Django application of the room."""

from django.apps import AppConfig


class CentreConfig(AppConfig):
    """Pages, templates and words."""

    name = "makegood.centre"
    label = "centre"
