"""The addresses of the customers' site."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("makegood.portal.urls"))]

handler400 = "makegood.portal.errors.unreadable"
handler403 = "makegood.portal.errors.forbidden"
handler404 = "makegood.portal.errors.not_found"
handler500 = "makegood.portal.errors.broken"
