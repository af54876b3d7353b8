"""The addresses of the pages about money."""

from __future__ import annotations

from django.urls import path

from makegood.operations.money import pools, views

urlpatterns = [
    path("money/", views.money, name="money"),
    path("money/verify/", views.verify, name="verify_ledger"),
    path("money/vouchers/", pools.vouchers, name="vouchers"),
]
