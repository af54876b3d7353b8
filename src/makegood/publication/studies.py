"""Studies: what a text comes to, or changes, over all lines. Asked for here, carried out above.

A study takes minutes over many lines. So whoever asks gets a row at once, a worker carries it out,
and the row says how far it is and in the end what came of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import transaction

from makegood.kernel import Finding, MakegoodError
from makegood.publication.kept import newest_version
from makegood.trust.access import Visitor, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

if TYPE_CHECKING:
    from makegood.programmes import Programme
    from makegood.publication.models import Study as Row

_TELL_SECONDS = 0.5
_LISTED = 20


class StudyKind(StrEnum):
    """What is asked. Closed: there are no others."""

    FORECAST = "forecast"
    """Heads and money of each measure over the newest lines."""
    DIFFERENCE = "difference"
    """Who gains and who loses against the version in force."""
    TOP_UPS = "top_ups"
    """What the version in force adds to what was done by others."""
    TOP_UP_RUNS = "top_up_runs"
    """The same planned as runs, which two persons release."""


class StudyState(StrEnum):
    """A study goes down this list, and ends as one of the last two."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Study:
    """A study as it stands; the fields are the columns of ``publication_study``.

    ``done`` of ``whole`` lines of a ``step``; ``findings`` as ``Finding.as_json`` has them.
    """

    study_id: UUID
    kind: StudyKind
    programme: str
    sha256: str
    against_sha256: str
    state: StudyState
    step: str
    done: int
    whole: int
    asked_at: datetime
    asked_by: str
    began_at: datetime | None
    ended_at: datetime | None
    findings: list[dict[str, Any]] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in {StudyState.DONE, StudyState.FAILED}


def ask_for_study(visitor: Visitor, kind: StudyKind, programme: Programme) -> tuple[Study, bool]:
    """Ask for a study of a text, and whether it is new: else the one that is not over yet.

    A worker is to be told of a new one, in the caller's transaction. Raises Refused MG770,
    MakegoodError MG671 where nothing is in force that it could be compared with, or the same text.
    """
    against = ""
    if kind is StudyKind.DIFFERENCE:
        against = newest_version(programme.identifier) or ""
        if against in {"", programme.sha256}:
            why = "this very text is in force" if against else "nothing of it is in force yet"
            hint = "bring another text of a programme that is published"
            raise MakegoodError(Finding("MG671", f"there is nothing to compare: {why}", hint))
    with transaction.atomic():
        permit(visitor, Act.PLAN_RUNS, Resource(ResourceKind.RUN), purpose=Purpose.OPERATION)
        row, is_new = _model().objects.get_or_create(
            kind=kind.value,
            sha256=programme.sha256,
            against_sha256=against,
            state__in=[StudyState.WAITING.value, StudyState.WORKING.value],
            defaults={
                "study_id": uuid4(),
                "programme": programme.identifier,
                "state": StudyState.WAITING.value,
                "step": "",
                "done": 0,
                "whole": 0,
                "asked_at": now(),
                "asked_by": visitor.actor,
                "findings": [],
                "result": {},
            },
        )
    return _of(row), is_new


def study_of(study_id: UUID) -> Study:
    """The study. Raises MakegoodError MG672 where there is none."""
    row = _model().objects.filter(study_id=study_id).first()
    if row is None:
        hint = "ask for it once more"
        raise MakegoodError(Finding("MG672", f"there is no study {study_id}", hint))
    return _of(row)


def studies_of(sha256: str, kind: StudyKind | None = None) -> list[Study]:
    """The newest studies of a text first."""
    found = _model().objects.filter(sha256=sha256).order_by("-asked_at")
    if kind is not None:
        found = found.filter(kind=kind.value)
    return [_of(row) for row in found[:_LISTED]]


# --- For whoever carries it out ---


def begin_study(study_id: UUID) -> Study | None:
    """Take a study in hand, also one that another worker had when it died; None once it is over."""
    open_states = [StudyState.WAITING.value, StudyState.WORKING.value]
    found = _model().objects.filter(study_id=study_id, state__in=open_states)
    if not found.update(state=StudyState.WORKING.value, began_at=now(), done=0, whole=0):
        return None
    return study_of(study_id)


class StudyProgress:
    """Tells how far a study is, twice a second at most."""

    def __init__(self, study_id: UUID) -> None:
        self._study_id = study_id
        self._told_at = 0.0
        self._step = ""

    def __call__(self, step: str, done: int, whole: int | None) -> None:
        """So many of so many are done of this step."""
        whole = whole or 0
        if step == self._step and done < whole and monotonic() - self._told_at < _TELL_SECONDS:
            return
        self._told_at, self._step = monotonic(), step
        _model().objects.filter(study_id=self._study_id).update(step=step, done=done, whole=whole)


def end_study(
    study_id: UUID, result: Mapping[str, Any] | None, findings: Sequence[Finding] = ()
) -> None:
    """Keep what came of it; without a result it failed, for the reason that the findings say."""
    state = StudyState.FAILED if result is None else StudyState.DONE
    _model().objects.filter(study_id=study_id).update(
        state=state.value,
        ended_at=now(),
        result=dict(result or {}),
        findings=[finding.as_json() for finding in findings],
    )


def _of(row: Row) -> Study:
    return Study(
        row.study_id,
        StudyKind(row.kind),
        row.programme,
        row.sha256,
        row.against_sha256,
        StudyState(row.state),
        row.step,
        row.done,
        row.whole,
        row.asked_at,
        row.asked_by,
        row.began_at,
        row.ended_at,
        list(row.findings),
        dict(row.result),
    )


def _model() -> type[Row]:
    """The table, once Django is set up: it reads this package before its models can be."""
    found: type[Row] = apps.get_model("publication", "Study")
    return found
