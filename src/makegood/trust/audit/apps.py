"""The Django application of audit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package."""

    name = "makegood.trust.audit"
    label = "audit"
