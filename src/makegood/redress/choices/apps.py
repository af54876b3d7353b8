"""The Django application of passes chosen and coupons taken."""

from django.apps import AppConfig


class ChoicesConfig(AppConfig):
    """Passes chosen and coupons taken."""

    name = "makegood.redress.choices"
    label = "choices"
