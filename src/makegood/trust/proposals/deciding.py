"""A proposal is made, and another person decides it.

Whether somebody may is decided by policy before these are called (``trust.access``). What two
persons mean is held here and by the table whatever the policies say: who proposed cannot decide.
Each step and its entry in the log are one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID, uuid4

from django.db import transaction

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit import Json
from makegood.trust.clock import now
from makegood.trust.proposals.contents import checked_contents, checked_text
from makegood.trust.proposals.expiring import expire_those_of
from makegood.trust.proposals.kinds import RULES, ProposalKind
from makegood.trust.proposals.proposal import Proposal, State, canonical_contents, hash_of
from makegood.trust.proposals.storage import execute, locked, record, select

REASON_LETTERS_MAX = 500
_ACTOR = re.compile(r"(?:staff|console|system):[^\s\x00-\x1f]{1,100}")
_SUBJECT = re.compile(r"[a-z]+(?::[A-Za-z0-9][A-Za-z0-9._/-]{0,149})?")

_INSERT = """
INSERT INTO proposal (proposal_id, kind, subject, contents, contents_hash, reason, proposed_by,
                      proposed_at, expires_at, state, decision_reason)
VALUES (%(id)s, %(kind)s, %(subject)s, %(contents)s::jsonb, %(hash)s, %(reason)s, %(by)s,
        %(at)s, %(expires_at)s, 'open', '')
ON CONFLICT (kind, subject, contents_hash) WHERE state IN ('open', 'approved') DO NOTHING
"""
_DECIDE = """
UPDATE proposal SET state = %(state)s, decided_by = %(by)s, decided_at = %(at)s,
                    decision_reason = %(reason)s, expires_at = %(expires_at)s
WHERE proposal_id = %(id)s
"""
_WITHDRAW = "UPDATE proposal SET state = 'withdrawn' WHERE proposal_id = %(id)s"


def propose(
    kind: ProposalKind,
    subject: str,
    contents: Mapping[str, Json],
    reason: str,
    *,
    by: str,
    source: str = "",
) -> Proposal:
    """Propose an act: exactly these contents to exactly this subject, such as ``run:2026-02``.

    Contents have the shape of their kind. They, subject and reason never hold personal data: a
    customer is named by pseudonym. ``by`` is an actor. Raises MakegoodError MG768 where something
    is unusable or looks personal, or the same is proposed already.
    """
    text, contents_hash = canonical_contents(contents), hash_of(contents)
    checked_contents(kind, contents)
    reason, instant, identifier = _reason(reason), now(), uuid4()
    with transaction.atomic():
        key = (_of_kind(kind, subject), contents_hash)
        expire_those_of(kind, *key)
        made = execute(
            _INSERT,
            {
                "id": identifier,
                "kind": kind.value,
                "subject": subject,
                "contents": text,
                "hash": contents_hash,
                "reason": reason,
                "by": _actor(by),
                "at": instant,
                "expires_at": instant + RULES[kind].to_decide,
            },
        )
        if not made:
            raise _proposed_already(kind, *key)
        proposal = locked(identifier)
        expires_at = proposal.expires_at.isoformat()
        record(
            "proposal.made",
            proposal,
            by,
            source,
            contents=contents,
            reason=reason,
            expires_at=expires_at,
        )
        return proposal


def approve(proposal_id: UUID, *, by: str, reason: str = "", source: str = "") -> Proposal:
    """Approve an open proposal; from now on it may be used once, until ``expires_at``.

    Raises MakegoodError MG768 where there is none, it is not open any more, or ``by`` proposed it.
    """
    return _decide(proposal_id, State.APPROVED, "proposal.approved", by, reason.strip(), source)


def refuse(proposal_id: UUID, *, by: str, reason: str, source: str = "") -> Proposal:
    """Refuse an open proposal, with a reason. Raises as ``approve``."""
    return _decide(proposal_id, State.REFUSED, "proposal.refused", by, _reason(reason), source)


def withdraw(proposal_id: UUID, *, by: str, source: str = "") -> Proposal:
    """Withdraw one's own open proposal.

    Raises MakegoodError MG768 where there is none, it is not open any more, or another's.
    """
    with transaction.atomic():
        proposal = _open(proposal_id)
        if proposal.proposed_by != by:
            hint = "who may approve it can refuse it"
            raise _refused(proposal, "only who proposed it withdraws it", hint)
        execute(_WITHDRAW, {"id": proposal_id})
        record("proposal.withdrawn", proposal, by, source)
        return locked(proposal_id)


def _decide(
    proposal_id: UUID, state: State, kind: str, by: str, reason: str, source: str
) -> Proposal:
    if len(reason) > REASON_LETTERS_MAX or not reason.isprintable():
        raise _bad_reason()
    checked_text("the words of the reason", reason)
    with transaction.atomic():
        proposal = _open(proposal_id)
        if proposal.proposed_by == _actor(by):
            hint = "ask another authorised person; or withdraw it"
            raise _refused(proposal, "who proposed cannot decide", hint)
        instant = now()
        lasts = RULES[proposal.kind].to_use
        expires_at = instant + lasts if state is State.APPROVED else proposal.expires_at
        execute(
            _DECIDE,
            {
                "id": proposal_id,
                "state": state.value,
                "by": by,
                "at": instant,
                "reason": reason,
                "expires_at": expires_at,
            },
        )
        record(kind, proposal, by, source, reason=reason, expires_at=expires_at.isoformat())
        return locked(proposal_id)


def _open(proposal_id: UUID) -> Proposal:
    proposal = locked(proposal_id)
    state = proposal.state_at(now())
    if state is not State.OPEN:
        raise _refused(proposal, f"it is {state}, not open", "make a new proposal")
    return proposal


def _of_kind(kind: ProposalKind, subject: str) -> str:
    begin = RULES[kind].subject
    if not _SUBJECT.fullmatch(subject) or subject.partition(":")[0] != begin:
        hint = f"name it '{begin}' or '{begin}:ID', the ID in letters, digits, '.', '_', '/', '-'"
        message = f"'{subject}' cannot be the subject of '{kind}'"
        raise MakegoodError(Finding("MG768", message, hint))
    checked_text("the letters of the subject", subject.partition(":")[2])
    return subject


def _actor(by: str) -> str:
    if not _ACTOR.fullmatch(by):
        raise ValueError(f"not an actor: {by!r}")
    return by


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LETTERS_MAX or not reason.isprintable():
        raise _bad_reason()
    checked_text("the words of the reason", reason)
    return reason


def _bad_reason() -> MakegoodError:
    hint = f"say why in a sentence of at most {REASON_LETTERS_MAX} letters, without anybody's data"
    return MakegoodError(Finding("MG768", "the reason is missing or cannot be kept", hint))


def _proposed_already(kind: ProposalKind, subject: str, contents_hash: str) -> MakegoodError:
    live = select(
        "WHERE kind = %s AND subject = %s AND contents_hash = %s AND state IN ('open', 'approved')",
        [kind.value, subject, contents_hash],
    )
    which = f"proposal {live[0].proposal_id} is {live[0].state}" if live else "somebody just did"
    hint = "have that one decided, or carried out"
    return MakegoodError(Finding("MG768", f"the same is proposed already: {which}", hint))


def _refused(proposal: Proposal, why: str, hint: str) -> MakegoodError:
    return MakegoodError(Finding("MG768", f"proposal {proposal.proposal_id}: {why}", hint))
