"""The Django application of runs."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """Runs."""

    name = "makegood.runs"
    label = "runs"
