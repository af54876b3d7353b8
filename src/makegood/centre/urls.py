"""The addresses of the support centre. Nothing personal stands in any of them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from makegood.centre import rights, views
from makegood.centre.behalf import urls as behalf
from makegood.centre.casework import urls as casework

app_name = "centre"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.look_up_person, name="look_up"),
    path("person/choose/", views.choose, name="choose"),
    path("person/", views.person, name="person"),
    path("person/open/", views.open_fields, name="open"),
    path("person/consent/", views.consent, name="consent"),
    path("person/consent/withdraw/", rights.withdraw, name="withdraw"),
    path("person/correct/", rights.correct, name="correct"),
    path("person/account/", rights.pay_elsewhere, name="account"),
    path("person/download/", rights.take, name="download"),
    path("done/", views.done, name="done"),
    *behalf.patterns,
    *casework.patterns,
]
