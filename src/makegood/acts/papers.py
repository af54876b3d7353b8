"""Which documents an application needs, in the words of the programme."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.acts.asking import AskedCard
from makegood.dues import CardAct
from makegood.redress.claims import takes_other_name
from makegood.redress.serving import decision_of


def document_needed(asked: AskedCard) -> str:
    """The document without which nobody can apply; one that only helps is none."""
    section = decision_of(asked.card.programme, asked.line.line_id).programme
    claim = section.measures[asked.card.measure].section.claim
    is_needed = asked.may(CardAct.APPLY_LATE) or (claim is not None and claim.document is not None)
    return asked.card.document_wanted if is_needed else ""


def takes_others(programme: str, line_id: str, measure: str) -> bool:
    """Whether this line may be paid to an account in another name."""
    return takes_other_name(decision_of(programme, line_id), measure)


def other_name_document(programme: str, line_id: str, measure: str, language: str) -> str:
    """What an account in another name needs; empty where none is taken, or none is named."""
    return _other_name_document(programme, line_id, measure).get(language, "")


def is_proven(programme: str, line_id: str, measure: str, document: str) -> bool:
    """Whether an account in another name has its document, or needs none."""
    return bool(document) or not _other_name_document(programme, line_id, measure)


def _other_name_document(programme: str, line_id: str, measure: str) -> Mapping[str, str]:
    """The document by language; empty as above."""
    standing = decision_of(programme, line_id)
    if not takes_other_name(standing, measure):
        return {}
    refund = standing.programme.measures[measure].section.refund
    account = refund.account if refund else None
    return account.document if account and account.document else {}
