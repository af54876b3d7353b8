"""The page that the customers' page is measured against: a bare view with one query.

The same server, processes, threads, driver and database; one row is asked for by its key.
"""

from __future__ import annotations

from typing import Any

from makegood.project.settings import *  # noqa: F403 - the same installation

ROOT_URLCONF = "bench.pages_bare"
# The staff's sign-in library insists on its own, which does next to nothing.
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
ALLOWED_HOSTS = ["*"]


def one_query(request: Any) -> Any:  # noqa: ANN401, ARG001 - a view, before Django is set up
    """One row by its key, in a small page."""
    from django.db import connection
    from django.http import HttpResponse

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE id = %s", [7])
        (name,) = cursor.fetchone()
    return HttpResponse(f"<!doctype html><title>bare</title><p>{name}</p>")


def __getattr__(name: str) -> Any:  # noqa: ANN401
    if name == "urlpatterns":
        from django.urls import path

        return [path("", one_query)]
    raise AttributeError(name)
