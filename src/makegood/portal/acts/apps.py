"""The Django application of customers' acts: its templates and words."""

from django.apps import AppConfig


class ActsConfig(AppConfig):
    """Customers' acts."""

    name = "makegood.portal.acts"
    label = "portal_acts"
