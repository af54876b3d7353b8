"""The Django application of vault."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """See the package."""

    name = "makegood.trust.vault"
    label = "vault"
