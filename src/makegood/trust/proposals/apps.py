"""The Django application of proposals."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """See the package."""

    name = "makegood.trust.proposals"
    label = "proposals"
