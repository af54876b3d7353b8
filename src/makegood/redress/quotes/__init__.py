"""Quotes: what a customer was shown is kept, signed, and held against what is due later."""

from makegood.redress.quotes.content import Promised, Quote, verify_quote
from makegood.redress.quotes.deviating import Deviation, deviations, propose_exceptions
from makegood.redress.quotes.giving import explainer_of, give_quote, give_quote_once
from makegood.redress.quotes.keeping import quote_of, quoted_amounts, quotes_of
from makegood.redress.quotes.others import is_anothers, without
from makegood.redress.quotes.outstanding import owners_of_quotes, shown_to_others, unproposed
from makegood.redress.quotes.promises import PROMISES_SCHEMA, best_promises
from makegood.redress.quotes.upholding import (
    Agreed,
    UpheldPromise,
    agreed_quotes,
    all_promises,
    is_promised,
    measures_with_promises,
    open_promises,
    promises_of_run,
    settle_promises,
    take_promises,
    upheld_amounts,
    uphold,
)

__all__ = [
    "PROMISES_SCHEMA",
    "Agreed",
    "Deviation",
    "Promised",
    "Quote",
    "UpheldPromise",
    "agreed_quotes",
    "all_promises",
    "best_promises",
    "deviations",
    "explainer_of",
    "give_quote",
    "give_quote_once",
    "is_anothers",
    "is_promised",
    "measures_with_promises",
    "open_promises",
    "owners_of_quotes",
    "promises_of_run",
    "propose_exceptions",
    "quote_of",
    "quoted_amounts",
    "quotes_of",
    "settle_promises",
    "shown_to_others",
    "take_promises",
    "unproposed",
    "upheld_amounts",
    "uphold",
    "verify_quote",
    "without",
]
