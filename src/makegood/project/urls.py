"""The addresses of pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("makegood.operations.urls")),
    path("centre/", include("makegood.centre.urls")),
]

handler400 = "makegood.operations.errors.unreadable"
handler403 = "makegood.operations.errors.forbidden"
handler404 = "makegood.operations.errors.not_found"
handler500 = "makegood.operations.errors.broken"
