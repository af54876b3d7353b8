"""Pages about applications: counts, those that wait for persons, undetermined lines, quotes."""

from makegood.operations.claims.urls import urlpatterns

__all__ = ["urlpatterns"]
