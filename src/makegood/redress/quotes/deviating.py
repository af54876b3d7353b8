"""What was shown against what is due now: where they differ, and for whom that is worse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from makegood.kernel import Finding, MakegoodError, Progress, did_you_mean, silent
from makegood.redress.quotes.content import Promised, verify_quote
from makegood.redress.quotes.keeping import best_quotes, quote_of
from makegood.redress.quotes.upholding import upheld_amounts
from makegood.redress.serving import customer_of, owner_of, programme_in_force, standings_of
from makegood.trust.access import Visitor, checked_reason, expect_permitted, permit
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
    """A line of which somebody's best quote promised something else than is due now.

    ``quoted`` and ``due`` are minor units, 0 where nothing was promised or is due. The labels are
    those of decisions: ``granted:automatic``, ``excluded:mvno``. ``is_upheld`` where two persons
    agreed on the quote and it was taken up: a run brings what is missing, or has brought it.
    """

    line_id: str
    quoted: int
    due: int
    quoted_label: str
    due_label: str
    quote_id: UUID
    shown_at: datetime
    is_upheld: bool = False

    @property
    def quoted_more(self) -> bool:
        """Whether the quote was the better for the customer, who may hold on to it."""
        was, is_now = _is_granted(self.quoted_label), _is_granted(self.due_label)
        return was and (not is_now or self.quoted > self.due)

    @property
    def may_be_proposed(self) -> bool:
        """Whether the quote is better, and an exception could be carried out and was not yet.

        A claim uses it, or a run brings the money that is missing. What is no money and nobody
        applies for, neither can.
        """
        could = self.quoted > 0 or self.quoted_label != "granted:automatic"
        return self.quoted_more and could and not self.is_upheld


def deviations(programme: str, measure: str) -> list[Deviation]:
    """Every line of which a customer's best quote deviates from what is due now, in their order.

    What somebody was shown who held the line before is listed beside what its holder was shown,
    which comes first. Lines that are served no more count as due nothing. Raises MakegoodError
    MG632, MG830, MG837 where the programme in force has no such measure.
    """
    _expect_measure(programme, measure)
    found, upheld = [], _upheld(programme, measure)
    for promised in best_quotes(programme, measure):
        due = {
            standing.line_id: standing.of(measure)
            for standing in standings_of(programme, sorted({p.quote.line_id for p in promised}))
        }
        for quote, customer, _is_holders in promised:
            line_id = quote.line_id
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
                    is_upheld=upheld.get((line_id, customer), -1) >= (was.amount or 0),
                )
            )
    return found


def propose_exceptions(
    visitor: Visitor,
    measure: str,
    found: Iterable[Deviation],
    reason: str,
    progress: Progress = silent,
) -> list[Proposal]:
    """Propose that the better of a quote and what is due counts, for each line quoted more.

    What is proposed already is given as it stands. Left out is what was upheld before, what neither
    a claim nor a run could carry out, and what somebody was shown who held the line before. Each
    quote is verified first, and each proposal is a transaction of its own: whoever has no minutes
    hands in some of what ``unproposed`` gives. The gate is asked first, also where nothing was
    found: whoever proposes by the list must be one who reads the list. Raises Refused MG770,
    MakegoodError MG773 for a reason that is none, MG834 for a quote that does not verify.
    """
    reason, made = checked_reason(reason), list[Proposal]()
    _may_propose(visitor, measure)
    keys = verifier_keys()
    for deviation in found:
        if not deviation.may_be_proposed:
            continue
        quote, _signers = verify_quote(quote_of(deviation.quote_id), keys)
        customer = customer_of(deviation.line_id)
        if owner_of(quote) != customer:
            continue
        with transaction.atomic():
            made.append(_proposed(visitor, measure, deviation, customer, reason))
        progress("proposals", len(made), None)
    return made


def _may_propose(visitor: Visitor, measure: str) -> None:
    for act, kind in (
        # Who may propose for the customer at hand may not for that reason for everybody.
        (Act.READ_DEVIATIONS, ResourceKind.PROGRAMME),
        (Act.PROPOSE_CUSTOMER_EXCEPTION, ResourceKind.PROPOSAL),
    ):
        expect_permitted(visitor, act, Resource(kind), purpose=Purpose.OPERATION, case=measure)


def exception_contents(deviation: Deviation, measure: str) -> dict[str, Json]:
    """What two persons agree to: that this line gets of this measure what its quote said."""
    return {
        "measure": measure,
        "line": deviation.line_id,
        "amount": deviation.quoted,
        "quote": str(deviation.quote_id),
    }


def _proposed(
    visitor: Visitor, measure: str, deviation: Deviation, customer: str, reason: str
) -> Proposal:
    kind, contents = ProposalKind.CUSTOMER_EXCEPTION, exception_contents(deviation, measure)
    subject = f"customer:{customer}"
    permit(
        visitor,
        Act.PROPOSE_CUSTOMER_EXCEPTION,
        Resource(ResourceKind.PROPOSAL),
        purpose=Purpose.OPERATION,
        # The case that it is for is what was shown.
        case=str(deviation.quote_id),
    )
    # Before the line had a holder it was proposed about the line itself.
    for about in (subject, f"customer:{deviation.line_id}"):
        standing = standing_proposal(kind, about, hash_of(contents))
        if standing is not None:
            return standing
    return propose(kind, subject, contents, reason, by=visitor.actor, source=visitor.source)


def _upheld(programme: str, measure: str) -> dict[tuple[str, str], int]:
    """By line and whose it is."""
    rows = upheld_amounts(programme, measure).to_pylist()
    return {(row["line_id"], row["customer_id"]): row["amount"] for row in rows}


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
