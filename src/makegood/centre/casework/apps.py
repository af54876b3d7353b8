"""The Django application of these pages."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Pages, templates and words."""

    name = "makegood.centre.casework"
    label = "casework"
