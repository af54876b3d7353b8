"""The same bare view behind all that stands before the customers' pages.

The site's own middleware: gate, session, language, CSRF, headers, log. So what is measured beside
it is the page alone: decision, cards, templates, database.
"""

from __future__ import annotations

from typing import Any

from makegood.project.portal_settings import *  # noqa: F403 - the customers' site

ROOT_URLCONF = "bench.pages_bare_site"
ALLOWED_HOSTS = ["*"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    if name == "urlpatterns":
        from django.urls import path

        from bench.pages_bare import one_query

        return [path("dues/", one_query)]
    raise AttributeError(name)
