"""What was shown against what is due now: where they differ, and for whom that is worse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from makegood.kernel import Finding, MakegoodError, did_you_mean
from makegood.redress.quotes.content import Promised, verify_quote
from makegood.redress.quotes.keeping import best_quotes, quote_of
from makegood.redress.serving import customer_of, programme_in_force, standings_of
from makegood.trust.access import Visitor, checked_reason, permit
from makegood.trust.audit import Json, verifier_keys
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.proposals import (
    Proposal,
    ProposalKind,
    hash_of,
    propose,
    standing_proposal,
)

if TYPE_CHECKING:
    from makegood.decisions import LineDecision


@dataclass(frozen=True, slots=True)
class Deviation:
    """A line of which the best quote promised something else than is due now.

    ``quoted`` and ``due`` are minor units, 0 where nothing was promised or is due. The labels are
    those of decisions: ``granted:automatic``, ``excluded:mvno``.
    """

    line_id: str
    quoted: int
    due: int
    quoted_label: str
    due_label: str
    quote_id: UUID
    shown_at: datetime

    @property
    def quoted_more(self) -> bool:
        """Whether the quote was the better for the customer, who may hold on to it."""
        was, is_now = _is_granted(self.quoted_label), _is_granted(self.due_label)
        return was and (not is_now or self.quoted > self.due)

    @property
    def may_be_claimed(self) -> bool:
        """Whether an exception could be carried out: a claim uses it, and there must be one."""
        return self.quoted_label != "granted:automatic"


def deviations(programme: str, measure: str) -> list[Deviation]:
    """Every line whose best quote deviates from what is due now, in the order of lines.

    Lines that are served no more count as due nothing. Raises MakegoodError MG632, MG830, MG837
    where the programme in force has no such measure.
    """
    _expect_measure(programme, measure)
    found = []
    for promised in best_quotes(programme, measure):
        due = {
            standing.line_id: standing.of(measure)
            for standing in standings_of(programme, list(promised))
        }
        for line_id, quote in promised.items():
            was, now_due = quote.decisions[measure], due.get(line_id)
            if _same(was, now_due):
                continue
            found.append(
                Deviation(
                    line_id,
                    was.amount or 0,
                    (now_due.amount or 0) if now_due else 0,
                    was.label,
                    now_due.meaning.label if now_due else "not_served",
                    quote.quote_id,
                    quote.shown_at,
                )
            )
    return found


def propose_exceptions(
    visitor: Visitor, measure: str, found: Iterable[Deviation], reason: str
) -> list[Proposal]:
    """Propose that the better of a quote and what is due counts, for each line quoted more.

    What is proposed already is given as it stands. What was promised without an application is left
    out: an exception is used by a claim, and there nobody makes one. Each quote is verified first.
    Raises Refused MG770, MakegoodError MG773 for a reason that is none, MG834 for a quote that does
    not verify.
    """
    reason, made = checked_reason(reason), []
    keys = verifier_keys()
    for deviation in found:
        if not deviation.quoted_more or not deviation.may_be_claimed:
            continue
        verify_quote(quote_of(deviation.quote_id), keys)
        with transaction.atomic():
            made.append(_proposed(visitor, measure, deviation, reason))
    return made


def exception_contents(deviation: Deviation, measure: str) -> dict[str, Json]:
    """What two persons agree to: that this line gets of this measure what its quote said."""
    return {
        "measure": measure,
        "line": deviation.line_id,
        "amount": deviation.quoted,
        "quote": str(deviation.quote_id),
    }


def _proposed(visitor: Visitor, measure: str, deviation: Deviation, reason: str) -> Proposal:
    kind, contents = ProposalKind.CUSTOMER_EXCEPTION, exception_contents(deviation, measure)
    subject = f"customer:{customer_of(deviation.line_id)}"
    permit(
        visitor,
        Act.PROPOSE_CUSTOMER_EXCEPTION,
        Resource(ResourceKind.PROPOSAL),
        purpose=Purpose.OPERATION,
        # The case that it is for is what was shown.
        case=str(deviation.quote_id),
    )
    standing = standing_proposal(kind, subject, hash_of(contents))
    if standing is not None:
        return standing
    return propose(kind, subject, contents, reason, by=visitor.actor, source=visitor.source)


def _same(was: Promised, due: LineDecision | None) -> bool:
    if due is None:
        return not was.is_granted
    return (was.label, was.amount) == (due.meaning.label, due.amount)


def _is_granted(label: str) -> bool:
    return label.startswith("granted")


def _expect_measure(programme: str, measure: str) -> None:
    measures = programme_in_force(programme).measures
    if measure not in measures:
        hint = did_you_mean(measure, measures) or f"it has {', '.join(measures)}"
        raise MakegoodError(Finding("MG837", f"'{programme}' has no measure '{measure}'", hint))
