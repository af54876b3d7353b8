"""The Django application of published programmes."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """Versions of programmes that are or were in force."""

    name = "makegood.publication"
    label = "publication"
