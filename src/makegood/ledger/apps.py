"""The Django application of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger."""

    name = "makegood.ledger"
    label = "ledger"
