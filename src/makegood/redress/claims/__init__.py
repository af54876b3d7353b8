"""Claims: applications, from the receipt to the payment, and everything that can come between."""

from makegood.redress.claims.account_check import AccountFit, check_account
from makegood.redress.claims.acting import correct_account, object_to, withdraw
from makegood.redress.claims.advancing import Holders, advance
from makegood.redress.claims.agreeing import propose_amount, subjects_of
from makegood.redress.claims.approvals import (
    APPROVALS_SCHEMA,
    any_approved_since,
    approvals_of,
    approved_on,
    approved_under,
    items_approved,
    lines_applied,
    lines_approved,
)
from makegood.redress.claims.deciding import decide, grant_exception, resolve
from makegood.redress.claims.giving_up import stay_paid, stop_paying
from makegood.redress.claims.holders import may_take_other_name, takes_other_name
from makegood.redress.claims.missing_lines import (
    agreed_by_persons,
    held_lines,
    hold_for_lines,
    lines_are_back,
)
from makegood.redress.claims.pay_days import PAY_OUT_TIME, is_after_run, next_enrolment, pay_on
from makegood.redress.claims.paying import (
    PAYABLE_SCHEMA,
    any_payable,
    begin_paying,
    payable,
    try_again,
)
from makegood.redress.claims.reading import (
    CLAIMED_SCHEMA,
    HAVE_CLAIMS,
    HAVE_CLAIMS_ELSEWHERE,
    applied_among,
    claim_of,
    claimed_amounts,
    claimed_lines,
    claims,
    claims_elsewhere,
    claims_of,
    claims_of_lines,
    counts,
    history_of,
    open_counts,
)
from makegood.redress.claims.requirements import asks_for_account, needs_account
from makegood.redress.claims.settling import settle
from makegood.redress.claims.states import STATE_WORDS, TRANSITIONS, ClaimState, state_word
from makegood.redress.claims.submitting import submit
from makegood.redress.claims.values import (
    ACCOUNT_REASONS,
    LINE_MISSING,
    Application,
    Claim,
    ClaimCount,
    ClaimEvent,
    OpenClaims,
    Reason,
    Receipt,
    Waits,
)
from makegood.redress.claims.windows import OutsideWindow
from makegood.redress.claims.wording import reason_words

__all__ = [
    "ACCOUNT_REASONS",
    "APPROVALS_SCHEMA",
    "CLAIMED_SCHEMA",
    "HAVE_CLAIMS",
    "HAVE_CLAIMS_ELSEWHERE",
    "LINE_MISSING",
    "PAYABLE_SCHEMA",
    "PAY_OUT_TIME",
    "STATE_WORDS",
    "TRANSITIONS",
    "AccountFit",
    "Application",
    "Claim",
    "ClaimCount",
    "ClaimEvent",
    "ClaimState",
    "Holders",
    "OpenClaims",
    "OutsideWindow",
    "Reason",
    "Receipt",
    "Waits",
    "advance",
    "agreed_by_persons",
    "any_approved_since",
    "any_payable",
    "applied_among",
    "approvals_of",
    "approved_on",
    "approved_under",
    "asks_for_account",
    "begin_paying",
    "check_account",
    "claim_of",
    "claimed_amounts",
    "claimed_lines",
    "claims",
    "claims_elsewhere",
    "claims_of",
    "claims_of_lines",
    "correct_account",
    "counts",
    "decide",
    "grant_exception",
    "held_lines",
    "history_of",
    "hold_for_lines",
    "is_after_run",
    "items_approved",
    "lines_applied",
    "lines_approved",
    "lines_are_back",
    "may_take_other_name",
    "needs_account",
    "next_enrolment",
    "object_to",
    "open_counts",
    "pay_on",
    "payable",
    "propose_amount",
    "reason_words",
    "resolve",
    "settle",
    "state_word",
    "stay_paid",
    "stop_paying",
    "subjects_of",
    "submit",
    "takes_other_name",
    "try_again",
    "withdraw",
]
