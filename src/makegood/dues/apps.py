"""The Django application of the room."""

from django.apps import AppConfig


class DuesConfig(AppConfig):
    """Templates and words of cards, shared by the customers' pages and the support centre."""

    name = "makegood.dues"
    label = "dues"
