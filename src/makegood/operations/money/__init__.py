"""Pages about money: the ledger against the budget, by measure and day; pools of codes."""

from makegood.operations.money.urls import urlpatterns

__all__ = ["urlpatterns"]
