"""The addresses of runs. An item is named by its key, which is made by chance."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from makegood.operations.runs import acts, answers, contradictions, deviations, listing, run

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.listed, name="runs"),
    path("answers/", answers.brought, name="run_answers"),
    path("contradictions/", contradictions.listed, name="run_contradictions"),
    re_path(
        r"^contradictions/(?P<receipt>[0-9A-Z-]{4,40})/$", contradictions.claim, name="run_claim"
    ),
    path("<uuid:run_id>/", run.shown, name="run"),
    path("<uuid:run_id>/progress/", run.progress, name="run_progress"),
    path("<uuid:run_id>/deviations/", deviations.listed, name="run_deviations"),
    path("<uuid:run_id>/deviations/propose/", deviations.propose, name="propose_shown"),
    path("<uuid:run_id>/items/<slug:key>/", contradictions.item, name="run_item"),
    path("<uuid:run_id>/<slug:name>/", acts.acted, name="run_act"),
]
