"""The addresses of the support centre. Nothing personal stands in any of them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from makegood.centre import views

app_name = "centre"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.look_up_person, name="look_up"),
    path("person/choose/", views.choose, name="choose"),
    path("person/", views.person, name="person"),
    path("person/open/", views.open_fields, name="open"),
    path("person/consent/", views.consent, name="consent"),
    path("done/", views.done, name="done"),
]
