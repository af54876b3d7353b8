"""The addresses of the pages about applications."""

from __future__ import annotations

from django.urls import path

from makegood.operations.claims import acts, counted, lacking, listed, promised, shown

urlpatterns = [
    path("claims/", counted.claims, name="claims"),
    path("claims/open/", listed.open_claims, name="open_claims"),
    path("claims/undetermined/", lacking.undetermined, name="undetermined"),
    path("claims/undetermined/<slug:measure>/", lacking.lines, name="undetermined_lines"),
    path("claims/quotes/", promised.quotes, name="deviating_quotes"),
    path("claims/quotes/propose/", promised.propose, name="propose_quotes"),
    path("claims/<slug:receipt>/", shown.claim, name="claim"),
    path("claims/<slug:receipt>/document/", shown.document, name="claim_document"),
    path("claims/<slug:receipt>/<slug:act>/", acts.done, name="claim_act"),
]
