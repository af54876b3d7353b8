"""The Django application of the serving copy of the newest snapshot, and whose a line is."""

from django.apps import AppConfig


class ServingConfig(AppConfig):
    """The serving copy of the newest snapshot, and whose a line is."""

    name = "makegood.redress.serving"
    label = "serving"
