"""Pages about the log: who looked at whom, the monthly review, verification of the whole."""

from makegood.operations.audit.urls import urlpatterns

__all__ = ["urlpatterns"]
