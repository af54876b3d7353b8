"""The address of the overview."""

from __future__ import annotations

from django.urls import path

from makegood.operations.overview import views

urlpatterns = [path("overview/", views.overview, name="overview")]
