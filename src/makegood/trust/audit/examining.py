"""Verifications that a page asks for: a worker carries them out, a row says how far they are.

What a page shows of it rests on the database. Who trusts nobody verifies at a console with the
published key, or a copy of the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import transaction

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit.head_file import HeadFile
from makegood.trust.audit.verifying import Verification, verify
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.trust.audit.models import Examination as Row

DEAD_AFTER = timedelta(minutes=10)
"""Who carries one out says something more often than that."""

_TELL_EVERY = timedelta(seconds=1)
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('makegood.examination', 0))"


@dataclass(frozen=True, slots=True)
class Examination:
    """A verification as it stands: ``done`` of ``whole`` entries.

    ``result`` has the counts of a verification by their names, ``ok``, and ``findings`` as
    ``Finding.as_json`` has them; it is empty until ``ended_at``.
    """

    examination_id: UUID
    asked_at: datetime
    asked_by: str
    began_at: datetime | None
    ended_at: datetime | None
    done: int
    whole: int
    result: Mapping[str, Any]
    is_dead: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.ended_at is not None or self.is_dead


def ask_to_examine(actor: str) -> tuple[Examination, bool]:
    """Ask that the whole log be verified, and whether it is new: else the one that goes on.

    In the caller's transaction, in which a worker is told of a new one and the log of the act.
    """
    from django.db import connection

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        going_on = next((each for each in examinations(10) if not each.is_over), None)
        if going_on is not None:
            return going_on, False
        row = _model().objects.create(examination_id=uuid4(), asked_at=now(), asked_by=actor)
    return _of(row), True


def examination_of(examination_id: UUID) -> Examination:
    """One of them. Raises MakegoodError MG750 where there is none."""
    row = _model().objects.filter(examination_id=examination_id).first()
    if row is None:
        raise MakegoodError(Finding("MG750", "there is no such verification", "ask for another"))
    return _of(row)


def examinations(limit: int = 10) -> list[Examination]:
    """The newest first."""
    return [_of(row) for row in _model().objects.order_by("-asked_at")[:limit]]


def carry_out_examination(examination_id: UUID, head: HeadFile | None = None) -> None:
    """Verify the whole log, and keep what was found. One that is over already stays as it is.

    ``head`` is what is remembered of the log outside of the database.
    """
    found = _model().objects.filter(examination_id=examination_id, ended_at=None)
    if not found.update(began_at=now(), told_at=now()):
        return
    told = _Telling(examination_id)
    try:
        result = _plain(verify(told, head=head))
    except MakegoodError as error:
        findings = [finding.as_json() for finding in error.findings]
        result = {"ok": False, "problems": len(findings), "findings": findings}
    found.update(ended_at=now(), told_at=now(), result=result)


class _Telling:
    """Writes how far a verification is, about once a second, on a connection of its own.

    The verification itself holds one transaction from beginning to end.
    """

    def __init__(self, examination_id: UUID) -> None:
        self._id = examination_id
        self._next = now()

    def __call__(self, stage: str, done: int, whole: int | None) -> None:  # noqa: ARG002 - one stage
        """Called by the verification."""
        instant = now()
        if instant < self._next:
            return
        self._next = instant + _TELL_EVERY
        from django.db import connections

        beside = connections["default"].copy()
        try:
            with beside.cursor() as cursor:
                cursor.execute(
                    "UPDATE audit_examination SET done = %s, whole = %s, told_at = %s"
                    " WHERE examination_id = %s",
                    [done, whole or 0, instant, self._id],
                )
        finally:
            beside.close()


def _plain(result: Verification) -> dict[str, Any]:
    return {
        "ok": result.ok,
        "entries": result.entries,
        "waiting": result.waiting,
        "covered": result.covered,
        "checkpoints": result.checkpoints,
        "cosignatures": result.witnesses,
        "remembered": result.remembered,
        "problems": result.problems,
        "findings": [finding.as_json() for finding in result.findings],
    }


def _of(row: Row) -> Examination:
    last = row.told_at or row.asked_at
    is_dead = row.ended_at is None and row.began_at is not None and now() - last > DEAD_AFTER
    return Examination(
        row.examination_id,
        row.asked_at,
        row.asked_by,
        row.began_at,
        row.ended_at,
        row.done,
        row.whole,
        row.result,
        is_dead,
    )


def _model() -> type[Row]:
    """The table, once Django is set up: it reads this package before its models can be."""
    found: type[Row] = apps.get_model("audit", "Examination")
    return found
