"""What two persons agreed on from a quote is taken up, where no claim will use the approval."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from makegood.channels import ChannelName
from makegood.kernel import MakegoodError
from makegood.ledger import Account, Transfer, post
from makegood.redress.claims import Claim, ClaimState
from makegood.redress.quotes import (
    Agreed,
    agreed_quotes,
    is_promised,
    quote_of,
    upheld_amounts,
    uphold,
)
from makegood.redress.serving import (
    customer_of,
    first_holder_of,
    is_of,
    owner_of,
    programme_in_force,
    standings_of,
)
from makegood.runs.days import today_of
from makegood.runs.faults import one_by_one
from makegood.runs.planning.promised_amounts import (
    claimed_by_customer,
    promised_in_all,
    upheld_by_customer,
)
from makegood.runs.planning.upheld import OVER, channel_of, claims_by_line
from makegood.runs.stopping import SYSTEM
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.configuration import Settings

_ENDING = timedelta(days=1)
_AT_THE_RUN = frozenset({ClaimState.PAYING, ClaimState.PAID})
_UNASKED = "automatic"


def uphold_agreed(settings: Settings) -> tuple[int, list[str]]:
    """Take up what two persons agreed on from a quote and no claim will use; how many.

    With it what went wrong with one, such as a quote that is not as it was signed; the others are
    taken up. A claim that can still use the approval is left to do so, until a day before it runs
    out.
    """
    troubles = list[str]()
    acts = (
        (f"proposal {agreed.proposal_id}", partial(_taken_up_if_due, settings, agreed))
        for agreed in agreed_quotes()
    )
    return one_by_one(acts, troubles.append), troubles


def _taken_up_if_due(settings: Settings, agreed: Agreed) -> bool:
    return _is_for_a_run(agreed) and is_promised(agreed) and _taken_up(settings, agreed)


def _is_for_a_run(agreed: Agreed) -> bool:
    programme = programme_in_force(agreed.programme)
    measure = programme.measures.get(agreed.measure)
    if measure is None or measure.amount is None or channel_of(measure) is None:
        return False
    states = {claim.state for claim in _their_claims(agreed)} - OVER
    if states & _AT_THE_RUN:
        return True
    if states:
        is_ending = agreed.expires_at - now() < _ENDING
        return states == {ClaimState.SCHEDULED} and is_ending
    # They gave no account to which it could be paid; a bill is whose the line is.
    on_the_bill = channel_of(measure) is ChannelName.BILLING and _has_the_line(agreed)
    return on_the_bill and _is_unasked(agreed) and not _is_to_apply_for(agreed)


def _their_claims(agreed: Agreed) -> list[Claim]:
    """The claims of the customer that was agreed on; another's of the line are none of theirs."""
    found = claims_by_line(agreed.programme, agreed.measure, [agreed.line_id])
    return [each for each in found.get(agreed.line_id, ()) if is_of(each, agreed.customer_id)]


def _has_the_line(agreed: Agreed) -> bool:
    return owner_of(agreed) == customer_of(agreed.line_id)


def _is_unasked(agreed: Agreed) -> bool:
    """Whether the quote promised it without an application: nobody will make one."""
    promised = quote_of(agreed.quote_id).decisions.get(agreed.measure)
    return promised is not None and promised.way == _UNASKED


def _is_to_apply_for(agreed: Agreed) -> bool:
    """Whether the line gets it on application by now: who applies uses the approval by that."""
    for standing in standings_of(agreed.programme, [agreed.line_id]):
        way = standing.of(agreed.measure).meaning.way
        return way is not None and way.value != _UNASKED
    return False


def _taken_up(settings: Settings, agreed: Agreed) -> bool:
    before, after = _promised(agreed)
    with transaction.atomic():
        try:
            uphold(agreed, by=SYSTEM)
        except MakegoodError as error:
            if error.findings[0].code != "MG769":
                raise
            return False  # a claim, or another worker, was quicker
        if after > before:
            post(
                [
                    Transfer(
                        f"upheld:{agreed.proposal_id}",
                        agreed.programme,
                        agreed.measure,
                        today_of(settings, agreed.programme),
                        Account.BUDGET,
                        Account.PROMISED,
                        after - before,
                        int(before == 0),
                        f"proposal:{agreed.proposal_id}",
                    )
                ]
            )
    return True


def _promised(agreed: Agreed) -> tuple[int, int]:
    """What the line is promised before this is taken up, and after: as ``promise`` reckons it."""
    decided = [
        standing.of(agreed.measure).amount or 0
        for standing in standings_of(agreed.programme, [agreed.line_id])
    ]
    line, first = agreed.line_id, first_holder_of(agreed.line_id)
    named = agreed.programme, agreed.measure
    claimed = claimed_by_customer(*named, {line: first}).get(line, {})
    upheld = dict(upheld_by_customer(upheld_amounts(*named)).get(line, {}))
    before = max([*decided, promised_in_all(claimed, upheld)])
    owner = owner_of(agreed, first)
    upheld[owner] = max(upheld.get(owner, 0), agreed.amount)
    return before, max([*decided, promised_in_all(claimed, upheld)])
