"""Rows of the table ``proposal``, read and locked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit import Json, Record, append
from makegood.trust.proposals.kinds import ProposalKind
from makegood.trust.proposals.proposal import Proposal, State, hash_of

Value = str | int | datetime | UUID | None
"""What goes into a statement."""

_COLUMNS = (
    "proposal_id, kind, subject, contents::text, contents_hash, reason, proposed_by, proposed_at,"
    " expires_at, state, decided_by, decided_at, decision_reason, used_at, used_by"
)


def in_transaction() -> None:
    """Raises TransactionManagementError outside of ``transaction.atomic()``."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "a proposal is used in the transaction of its act: call it in transaction.atomic()"
        )


def select(rest: str, values: Sequence[Value] = ()) -> list[Proposal]:
    """The proposals that the rest of the statement selects, each checked against its hash."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM proposal {rest}", list(values))
        return [_proposal(row) for row in cursor.fetchall()]


def locked(proposal_id: UUID) -> Proposal:
    """The proposal, held against others until the transaction ends.

    Raises MakegoodError MG768 where there is none.
    """
    found = select("WHERE proposal_id = %s FOR UPDATE", [proposal_id])
    if not found:
        raise unknown(proposal_id)
    return found[0]


def execute(statement: str, values: Mapping[str, Value]) -> int:
    """Run a statement; how many rows it met."""
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(values))
        return int(cursor.rowcount)


def unknown(proposal_id: object) -> MakegoodError:
    """MG787: there is no such proposal."""
    hint = "'makegood proposal list' shows those there are"
    return MakegoodError(Finding("MG787", f"there is no proposal {proposal_id}", hint))


def record(kind: str, proposal: Proposal, actor: str, source: str, **details: Json) -> None:
    """Write a step of the proposal's life into the log, in the transaction of the step."""
    is_person = proposal.kind is ProposalKind.CUSTOMER_EXCEPTION
    append(
        Record(
            kind=kind,
            actor=actor,
            subject=f"proposal:{proposal.proposal_id}",
            person=proposal.subject.partition(":")[2] if is_person else "",
            source=source,
            details={
                "kind": proposal.kind.value,
                "subject": proposal.subject,
                "contents_sha256": proposal.contents_hash,
                "proposed_by": proposal.proposed_by,
                **details,
            },
        )
    )


def _proposal(row: tuple[Any, ...]) -> Proposal:
    contents = json.loads(row[3])
    if hash_of(contents) != row[4]:
        hint = "run 'makegood audit verify': the log has the contents as they were proposed"
        message = f"proposal {row[0]} is not what was proposed: contents and hash disagree"
        raise MakegoodError(Finding("MG768", message, hint))
    return Proposal(
        proposal_id=row[0],
        kind=ProposalKind(row[1]),
        subject=row[2],
        contents=contents,
        contents_hash=row[4],
        reason=row[5],
        proposed_by=row[6],
        proposed_at=row[7],
        expires_at=row[8],
        state=State(row[9]),
        decided_by=row[10] or "",
        decided_at=row[11],
        decision_reason=row[12],
        used_at=row[13],
        used_by=row[14] or "",
    )
