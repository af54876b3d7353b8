"""The ledger: what is promised, claimed, approved, paid, returned and released, per measure."""

from makegood.ledger.accounts import ACCOUNT_WORDS, OWED, Account, Balance, Transfer
from makegood.ledger.posting import post, transfer_clause, transfer_values
from makegood.ledger.reading import amount_in, balances, movements
from makegood.ledger.summing import keep_sums
from makegood.ledger.verifying import Expected, Verified, verify

__all__ = [
    "ACCOUNT_WORDS",
    "OWED",
    "Account",
    "Balance",
    "Expected",
    "Transfer",
    "Verified",
    "amount_in",
    "balances",
    "keep_sums",
    "movements",
    "post",
    "transfer_clause",
    "transfer_values",
    "verify",
]
