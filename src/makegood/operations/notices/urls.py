"""The addresses of the pages about messages."""

from __future__ import annotations

from django.urls import path

from makegood.operations.notices import views

urlpatterns = [path("notices/", views.notices, name="notices")]
