"""The Django application of what customers were shown, signed."""

from django.apps import AppConfig


class QuotesConfig(AppConfig):
    """What customers were shown, signed."""

    name = "makegood.redress.quotes"
    label = "quotes"
