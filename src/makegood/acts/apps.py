"""The Django application of what both sites do alike: its words."""

from django.apps import AppConfig


class ActsConfig(AppConfig):
    """Words of what is done about cards and applications."""

    name = "makegood.acts"
    label = "acts"
