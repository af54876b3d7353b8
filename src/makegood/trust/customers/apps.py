"""The Django application of customers' sign-in."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """One-time codes, customers' sessions, and guesses at both."""

    name = "makegood.trust.customers"
    label = "customers"
