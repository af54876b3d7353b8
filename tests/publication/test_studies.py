"""Drafts are kept once, studies asked once at a time, and what came of them is kept."""

from uuid import uuid4

import pytest

from makegood.kernel import Finding, MakegoodError
from makegood.programmes import load_text
from makegood.publication import (
    StudyKind,
    StudyProgress,
    StudyState,
    ask_for_study,
    begin_study,
    draft_of,
    drafts,
    end_study,
    is_approved,
    keep_draft,
    propose_told,
    studies_of,
    study_of,
    text_of,
)
from makegood.trust.access import Refused
from makegood.trust.audit import Json
from makegood.trust.policy import Role
from makegood.trust.proposals import approve
from tests.publication.test_publishing import PROGRAMME, approver, author, published
from tests.trust.access.visitors import AFTERNOON, agent, at

pytestmark = pytest.mark.usefixtures("database", "afternoon")
OTHER = load_text(PROGRAMME.text + "\n# a remark\n")


@pytest.fixture
def afternoon():
    with at(AFTERNOON):
        yield


def test_a_draft_is_kept_once_until_it_is_published():
    draft = keep_draft(author(), PROGRAMME)
    assert keep_draft(author(), PROGRAMME) == draft
    assert drafts() == [draft] == drafts(PROGRAMME.identifier)
    assert draft_of(draft.draft_id).load().sha256 == PROGRAMME.sha256
    assert text_of(PROGRAMME.sha256) == PROGRAMME.text
    published()
    assert drafts() == []
    assert text_of(OTHER.sha256) is None
    with pytest.raises(MakegoodError, match="MG670"):
        draft_of(uuid4())
    with pytest.raises(Refused):
        keep_draft(agent(), OTHER)


def test_a_proposal_holds_what_a_study_said():
    assert not is_approved(PROGRAMME)
    told: dict[str, Json] = {
        "as_of": "2026-03-01",
        "lines": 8,
        "decisions_sha256": "a" * 64,
        "population_sha256": "b" * 64,
        "measures": {"credit": {"granted": 5, "undetermined": 1, "amount": 100}},
    }
    made = propose_told(author(), PROGRAMME, "as announced", told)
    assert made.contents["forecast"] == told
    approve(made.proposal_id, by=approver().actor)
    assert is_approved(PROGRAMME)
    assert not is_approved(OTHER)


def test_the_same_is_asked_once_at_a_time():
    published()
    study, is_new = ask_for_study(author(), StudyKind.FORECAST, PROGRAMME)
    assert is_new
    assert ask_for_study(author(), StudyKind.FORECAST, PROGRAMME) == (study, False)
    assert begin_study(study.study_id) is not None
    # The worker died: another one takes it.
    assert begin_study(study.study_id) is not None
    StudyProgress(study.study_id)("decide", 5, 10)
    assert (study_of(study.study_id).done, study_of(study.study_id).whole) == (5, 10)
    end_study(study.study_id, {"lines": 10})
    found = study_of(study.study_id)
    assert (found.state, found.result, found.is_over) == (StudyState.DONE, {"lines": 10}, True)
    assert begin_study(study.study_id) is None
    assert ask_for_study(author(), StudyKind.FORECAST, PROGRAMME)[1]
    assert len(studies_of(PROGRAMME.sha256)) == 2


def test_what_failed_says_why():
    study, _ = ask_for_study(author(), StudyKind.FORECAST, PROGRAMME)
    begin_study(study.study_id)
    end_study(study.study_id, None, [Finding("MG860", "no snapshot is known")])
    found = study_of(study.study_id)
    assert found.state is StudyState.FAILED
    assert found.findings[0]["code"] == "MG860"


def test_there_must_be_something_to_compare_with():
    with pytest.raises(MakegoodError, match="MG671"):
        ask_for_study(author(), StudyKind.DIFFERENCE, OTHER)
    published()
    with pytest.raises(MakegoodError, match="MG671"):
        ask_for_study(author(), StudyKind.DIFFERENCE, PROGRAMME)
    study, _ = ask_for_study(author(), StudyKind.DIFFERENCE, OTHER)
    assert study.against_sha256 == PROGRAMME.sha256
    with pytest.raises(MakegoodError, match="MG672"):
        study_of(uuid4())
    with pytest.raises(Refused):
        ask_for_study(agent("minho", Role.REMEDIATION_APPROVER), StudyKind.FORECAST, OTHER)
