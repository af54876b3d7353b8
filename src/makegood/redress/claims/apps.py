"""The Django application of applications and their way to the payment."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Applications and their way to the payment."""

    name = "makegood.redress.claims"
    label = "claims"
