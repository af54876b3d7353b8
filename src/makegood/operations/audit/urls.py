"""The addresses of the pages about the log."""

from __future__ import annotations

from django.urls import path

from makegood.operations.audit import accessed, reviewing, verifying

urlpatterns = [
    path("audit/", accessed.accesses, name="accesses"),
    path("audit/person/", accessed.person, name="accesses_to"),
    path("audit/review/", reviewing.review, name="review"),
    path("audit/review/<str:month>/<slug:finding_id>/", reviewing.look, name="look_at"),
    path("audit/verify/", verifying.verify, name="verify_log"),
]
