"""The Django application of these pages."""

from django.apps import AppConfig


class BehalfConfig(AppConfig):
    """Pages, templates and words."""

    name = "makegood.centre.behalf"
    label = "behalf"
