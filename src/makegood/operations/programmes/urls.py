"""The addresses of programmes, versions, drafts and plans."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from makegood.operations.programmes import bringing, draft, listing, plan, studies, version

_NAME = r"(?P<programme>[a-z0-9][a-z0-9_-]{0,63})"
_VERSION = rf"{_NAME}/(?P<sha256>[0-9a-f]{{64}})"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.listed, name="programmes"),
    path("bring/", bringing.brought, name="programme_bring"),
    path("drafts/<uuid:draft_id>/", draft.shown, name="programme_draft"),
    path("drafts/<uuid:draft_id>/propose/", draft.proposed, name="programme_propose"),
    path("drafts/<uuid:draft_id>/publish/", draft.published, name="programme_publish"),
    path("drafts/<uuid:draft_id>/<slug:kind>/", draft.studied, name="programme_study"),
    path("studies/<uuid:study_id>/", studies.progress, name="study"),
    re_path(rf"^{_NAME}/plan/$", plan.shown, name="programme_plan"),
    re_path(rf"^{_NAME}/plan/start/$", plan.topped_up, name="programme_top_up"),
    re_path(rf"^{_NAME}/plan/(?P<kind>[a-z-]+)/$", plan.studied, name="plan_study"),
    re_path(rf"^{_VERSION}/$", version.shown, name="programme_version"),
    re_path(rf"^{_VERSION}/(?P<name>[a-z]+\.yaml)$", version.text, name="programme_text"),
]
