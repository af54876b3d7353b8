"""Claims: applications, from the receipt to the payment, and everything that can come between."""

from makegood.redress.claims.account_check import AccountFit, check_account
from makegood.redress.claims.acting import correct_account, object_to, withdraw
from makegood.redress.claims.advancing import Holders, advance
from makegood.redress.claims.agreeing import propose_amount
from makegood.redress.claims.approvals import (
    APPROVALS_SCHEMA,
    any_approved_since,
    approvals_of,
    approved_under,
    lines_applied,
    lines_approved,
)
from makegood.redress.claims.deciding import decide, grant_exception, resolve
from makegood.redress.claims.holders import takes_other_name
from makegood.redress.claims.pay_days import PAY_OUT_TIME, pay_on
from makegood.redress.claims.paying import (
    PAYABLE_SCHEMA,
    any_payable,
    begin_paying,
    payable,
    stop_paying,
    try_again,
)
from makegood.redress.claims.reading import (
    CLAIMED_SCHEMA,
    HAVE_CLAIMS,
    applied_among,
    claim_of,
    claimed_amounts,
    claimed_lines,
    claims,
    claims_of,
    claims_of_lines,
    counts,
    history_of,
    open_counts,
)
from makegood.redress.claims.settling import settle
from makegood.redress.claims.states import STATE_WORDS, TRANSITIONS, ClaimState
from makegood.redress.claims.submitting import needs_account, submit
from makegood.redress.claims.values import (
    ACCOUNT_REASONS,
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
    "any_approved_since",
    "any_payable",
    "applied_among",
    "approvals_of",
    "approved_under",
    "begin_paying",
    "check_account",
    "claim_of",
    "claimed_amounts",
    "claimed_lines",
    "claims",
    "claims_of",
    "claims_of_lines",
    "correct_account",
    "counts",
    "decide",
    "grant_exception",
    "history_of",
    "lines_applied",
    "lines_approved",
    "needs_account",
    "object_to",
    "open_counts",
    "pay_on",
    "payable",
    "propose_amount",
    "reason_words",
    "resolve",
    "settle",
    "stop_paying",
    "submit",
    "takes_other_name",
    "try_again",
    "withdraw",
]
