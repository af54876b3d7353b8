"""The operators' first page: what needs somebody now."""

from makegood.operations.overview.urls import urlpatterns

__all__ = ["urlpatterns"]
