"""Programmes in force: brought, studied, proposed with what they cost, published by two persons."""

from makegood.publication.drafting import Draft, draft_of, drafts, keep_draft, text_of
from makegood.publication.forecast import forecast_of
from makegood.publication.kept import (
    NEWEST,
    Published,
    in_force,
    newest_version,
    newest_versions,
    programmes_in_force,
    versions,
)
from makegood.publication.proposing import contents_of, propose, propose_told
from makegood.publication.publishing import is_approved, publish
from makegood.publication.studies import (
    Study,
    StudyKind,
    StudyProgress,
    StudyState,
    ask_for_study,
    begin_study,
    end_study,
    studies_of,
    study_of,
)

__all__ = [
    "NEWEST",
    "Draft",
    "Published",
    "Study",
    "StudyKind",
    "StudyProgress",
    "StudyState",
    "ask_for_study",
    "begin_study",
    "contents_of",
    "draft_of",
    "drafts",
    "end_study",
    "forecast_of",
    "in_force",
    "is_approved",
    "keep_draft",
    "newest_version",
    "newest_versions",
    "programmes_in_force",
    "propose",
    "propose_told",
    "publish",
    "studies_of",
    "study_of",
    "text_of",
    "versions",
]
