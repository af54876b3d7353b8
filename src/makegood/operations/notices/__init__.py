"""Pages about messages: what left, what arrived, what reminders did."""

from makegood.operations.notices.urls import urlpatterns

__all__ = ["urlpatterns"]
