"""The ledger: what is promised, claimed, approved, paid, returned and released, per measure."""

from makegood.ledger.accounts import ACCOUNT_WORDS, OWED, Account, Balance, Transfer
from makegood.ledger.posting import post
from makegood.ledger.reading import amount_in, balances, measures_in, movements
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
    "measures_in",
    "movements",
    "post",
    "verify",
]
