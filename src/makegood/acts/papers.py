"""Which documents an application needs, in the words of the programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from makegood.acts.asking import AskedCard, AskedClaim
from makegood.dues import CardAct
from makegood.kernel import MakegoodError
from makegood.redress.claims import Claim, may_take_other_name, takes_other_name
from makegood.redress.serving import decision_of, programme_in_force

if TYPE_CHECKING:
    from makegood.programmes import Programme

_UNKNOWN_LINE = frozenset({"MG830", "MG831"})


@dataclass(frozen=True, slots=True)
class OtherName:
    """Whether an account in another name is taken; ``documents`` are what it needs, by language."""

    is_taken: bool = False
    documents: Mapping[str, str] = field(default_factory=dict)

    def document(self, language: str) -> str:
        """What it needs; empty where none is taken, or none is named."""
        return self.documents.get(language, "")

    def is_proven(self, document: str) -> bool:
        """Whether it has its document, or needs none."""
        return bool(document) or not self.documents


def other_name_of(asked: AskedCard | AskedClaim) -> OtherName:
    """What is taken for a card, or as another account of an application.

    Of an application without a card no facts are read. Where the facts lack its line, another name
    may be taken if the programme takes any: persons look at its document, as the worker has it.
    Where the line is somebody else's by now, or the measure is there no more, the account must be
    the customer's own.
    """
    if isinstance(asked, AskedCard):
        place = asked.card.programme, asked.line.line_id, asked.card.measure
    elif asked.is_alone:
        return _without_line(asked.claim)
    else:
        place = asked.claim.programme, asked.claim.line_id, asked.claim.measure
    return OtherName(takes_others(*place), _other_name_document(*place))


def _without_line(claim: Claim) -> OtherName:
    """What is taken for an application of whose line nothing may be read."""
    try:
        decision_of(claim.programme, claim.line_id)
    except MakegoodError as error:
        if error.findings[0].code not in _UNKNOWN_LINE:
            raise
        programme = programme_in_force(claim.programme)
        if may_take_other_name(programme, claim.measure):
            return OtherName(is_taken=True, documents=_document_of(programme, claim.measure))
    return OtherName()


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
    return _document_of(standing.programme, measure)


def _document_of(programme: Programme, measure: str) -> Mapping[str, str]:
    """The document that the programme names for an account in another name; may be none."""
    refund = programme.measures[measure].section.refund
    account = refund.account if refund else None
    return account.document if account and account.document else {}
