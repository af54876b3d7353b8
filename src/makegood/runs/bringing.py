"""A person brings a file of the bank's answers; a worker takes it in like any other."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from makegood.configuration import Settings
from makegood.runs.rows import select
from makegood.trust.access import Visitor, permit
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

_APPLIED = "SELECT 1 FROM runs_applied WHERE source_id = %s"


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file says; ``is_known`` where the same content was applied before.

    ``answers`` about ``messages`` of ours; ``skipped`` are about payments that are not ours.
    """

    kind: str
    messages: int
    answers: int
    skipped: int
    is_known: bool


def bring_answers(settings: Settings, visitor: Visitor, content: bytes) -> Brought:
    """Place a pain.002 or camt.054 among what the bank brings; the same again changes nothing.

    Raises Refused MG770, and MakegoodError MG673, MG815, MG816 for a file that cannot be taken:
    then nothing was placed.
    """
    from makegood.channels.bank import check_answers, place_answers

    _permit(visitor, "access.permitted", {})
    said = check_answers(settings, content)
    is_known = bool(select(_APPLIED, [said.source_id]))
    if not is_known:
        _permit(
            visitor,
            "run.answers_brought",
            {"sha256": said.source_id, "kind": said.kind, "answers": said.answers},
        )
        place_answers(settings, content)
    return Brought(said.kind, len(said.message_ids), said.answers, said.skipped, is_known)


def _permit(visitor: Visitor, kind: str, details: dict[str, str | int]) -> None:
    with transaction.atomic():
        permit(
            visitor,
            Act.CARRY_OUT_RUNS,
            Resource(ResourceKind.RUN),
            purpose=Purpose.OPERATION,
            kind=kind,
            details=dict(details),
        )
